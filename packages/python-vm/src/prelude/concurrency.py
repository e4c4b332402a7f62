"""asyncio and threads for an interpreter that has one thread and no event loop of its own.

A coroutine runs to its end inside the call that asks for it. A thread runs to its end when it is started, which
serves the common patterns (fan-out, futures, locks) but not threads that wait for something that happens later."""

import asyncio
import concurrent.futures
import sys
import threading
import time

_FOREVER_SECONDS = 3600.0


class _SleepingSelector:
    """There is nothing to select from: waiting for input or output is sleeping until the next timer."""

    def select(self, timeout=None):
        if timeout is None or timeout > 0:
            time.sleep(_FOREVER_SECONDS if timeout is None else timeout)
        return []


class _BlockingLoop(asyncio.BaseEventLoop):
    """An event loop that blocks its caller."""

    def __init__(self):
        super().__init__()
        self._selector = _SleepingSelector()

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass


class _BlockingPolicy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = _BlockingLoop


def _start_thread(thread):
    """Start the thread's activity."""
    if not thread._initialized:
        raise RuntimeError("thread.__init__() not called")
    if thread._started.is_set():
        raise RuntimeError("threads can only be started once")
    thread._os_thread_handle = threading._make_thread_handle(threading.get_ident())
    thread._started.set()
    try:
        thread.run()
    except SystemExit:
        pass
    except Exception:
        threading.excepthook(threading.ExceptHookArgs([*sys.exc_info(), thread]))
    finally:
        thread._os_thread_handle._set_done()


def _submit(executor, function, /, *args, **keywords):
    """Runs the function and returns its future, which is done."""
    if executor._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    future = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    try:
        result = function(*args, **keywords)
    except Exception as error:
        future.set_exception(error)
    else:
        future.set_result(result)
    return future


def start():
    # Pyodide's own loop counts as running all the time and needs JavaScript, which is locked.
    asyncio._set_running_loop(None)
    asyncio.run = asyncio.runners.run
    asyncio.events._set_event_loop_policy(_BlockingPolicy())
    threading.Thread.start = _start_thread
    concurrent.futures.ThreadPoolExecutor.submit = _submit
