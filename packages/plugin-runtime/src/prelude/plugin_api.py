"""The object that a plugin gets as `influxdb3_local`, and its cache."""

import builtins
import json
import pickle
import time

import _millrace

_clock = time.monotonic
_dump = pickle.dumps
_Pickler = pickle.Pickler
_load = pickle.loads

_SWEEP_SECONDS = 10
# The host keeps no larger cache for the next interpreter.
_PACKED_MAX_BYTES = 16 * 2**20
_TEST_TTL_SECONDS = 30 * 60
_DURATION_MAX_SECONDS = 2**64
_ABSENT = object()


class QueryError(Exception):
    """A query could not be planned or executed."""


def _require(value, expected, argument, type_name):
    if not isinstance(value, expected):
        raise TypeError(
            f"argument '{argument}': '{type(value).__qualname__}' object cannot be converted to '{type_name}'"
        )
    return value


def _text(value, argument):
    _require(value, str, argument, "PyString")
    value.encode()  # Text with lone surrogates has no UTF-8 form: say so where it is given.
    return value


def _line_protocol(line_builder):
    text = line_builder.build()
    if not isinstance(text, str):
        raise TypeError(f"'{type(text).__qualname__}' object cannot be converted to 'PyString'")
    text.encode()
    return text


class _Packed:
    """Takes what is pickled until it is too much: filling the memory with it would only keep the next run waiting."""

    def __init__(self):
        self._parts = []
        self._left = _PACKED_MAX_BYTES

    def write(self, data):
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"more than {_PACKED_MAX_BYTES} bytes are not kept")
        self._parts.append(bytes(data))

    def content(self):
        return b"".join(self._parts)


class LocalCaches:
    """The values of every cache namespace that lives in this interpreter, kept by reference."""

    def __init__(self):
        self._namespaces = {}
        self._next_sweep = 0.0

    def entries(self, namespace):
        return self._namespaces.setdefault(namespace, {})

    def sweep(self):
        now = _clock()
        if now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        for namespace, entries in list(self._namespaces.items()):
            for key in [key for key, (_, expiry) in entries.items() if expiry is not None and expiry <= now]:
                del entries[key]
            if not entries:
                del self._namespaces[namespace]

    def drop(self, namespace):
        self._namespaces.pop(namespace, None)

    def pack(self, namespace):
        """The live entries as bytes, with the seconds they have left."""
        now = _clock()
        live = {
            key: (value, None if expiry is None else expiry - now)
            for key, (value, expiry) in self.entries(namespace).items()
            if expiry is None or expiry > now
        }
        packed = _Packed()
        _Pickler(packed).dump(live)
        return packed.content()

    def unpack(self, namespace, data):
        now = _clock()
        entries = self.entries(namespace)
        for key, (value, left) in _load(data).items():
            entries[key] = (value, None if left is None else now + left)


local_caches = LocalCaches()


class PyCache:
    """`influxdb3_local.cache`."""

    __slots__ = ("_run",)

    def __init__(self, run):
        self._run = run

    def put(self, key, value, ttl=None, use_global=None):
        """Stores a value, for `ttl` seconds if given."""
        _text(key, "key")
        seconds = self._ttl(ttl)
        scope = self._host_scope(use_global)
        if scope:
            self._host(_millrace.host_cache_put, scope, key, self._pickled(scope, key, value), seconds)
        else:
            expiry = None if seconds is None else _clock() + seconds
            local_caches.entries(self._run.namespace)[key] = (value, expiry)

    def get(self, key, default=None, use_global=None):
        """The stored value, or the default."""
        _text(key, "key")
        scope = self._host_scope(use_global)
        if scope:
            data = self._host(_millrace.host_cache_get, scope, key)
            return default if data is None else _load(data)
        entry = local_caches.entries(self._run.namespace).get(key)
        if entry is None or (entry[1] is not None and entry[1] <= _clock()):
            return default
        return entry[0]

    def delete(self, key, use_global=None):
        """Removes a value; True if there was one."""
        _text(key, "key")
        scope = self._host_scope(use_global)
        if scope:
            return self._host(_millrace.host_cache_delete, scope, key)
        return local_caches.entries(self._run.namespace).pop(key, _ABSENT) is not _ABSENT

    def _host_scope(self, use_global):
        """Which cache of the host is meant; None for the one in this interpreter."""
        if use_global:
            return "global"
        return "local" if self._run.local_cache_in_host else None

    def _pickled(self, scope, key, value):
        try:
            return _dump(value)
        except Exception as error:
            if scope == "global":
                call = f"cache.put('{key}', …, use_global=True): the value is shared between interpreters"
                remedy = "or use the local cache"
            else:
                call = f"cache.put('{key}', …): the runs of this trigger may overlap (run_async), in several interpreters"
                remedy = "or create the trigger without run_async (--run-asynchronous)"
            raise TypeError(
                f"{call}, so it must be picklable, and it is not ({error}). Store plain data, {remedy}."
            ) from error

    def _host(self, call, *arguments):
        self._run.send_events()
        return call(*arguments)

    def _ttl(self, ttl):
        if ttl is None:
            return _TEST_TTL_SECONDS if self._run.is_test else None
        if isinstance(ttl, str) or not hasattr(ttl, "__float__") and not hasattr(ttl, "__index__"):
            raise TypeError(f"argument 'ttl': must be real number, not {type(ttl).__qualname__}")
        seconds = float(ttl)
        if seconds < 0:
            raise ValueError("cannot convert float seconds to Duration: value is negative")
        if seconds != seconds or seconds >= _DURATION_MAX_SECONDS:
            raise ValueError("cannot convert float seconds to Duration: value is either too big or NaN")
        return seconds


class PyPluginCallApi:
    """What a plugin can ask of the server."""

    __slots__ = ("_run", "_cache")

    def __init__(self, run):
        self._run = run
        self._cache = PyCache(run)

    def info(self, *args):
        """Writes a line to the log."""
        self._log("INFO", args)

    def warn(self, *args):
        """Writes a warning to the log."""
        self._log("WARN", args)

    def error(self, *args):
        """Writes an error to the log."""
        self._log("ERROR", args)

    def query(self, query, args=None, database=None):
        """Runs SQL and returns the rows as a list of dicts. `$name` in it stands for args["name"]."""
        _text(query, "query")
        if args is not None:
            _require(args, dict, "args", "PyDict")
            for key, value in args.items():
                _text(key, "args")
                _text(value, "args")
        if database is not None:
            _text(database, "database")
        run = self._run
        run.send_events()
        target = run.database if database is None else database
        result = _millrace.query(target, query, json.dumps(args or {}))
        rows = len(result) if isinstance(result, list) else None
        run.event("query", length=len(query), sql=query, database=target, rows=rows)
        if rows is None:
            raise QueryError(result)
        return result

    def write(self, line_builder):
        """Queues a line for the trigger's database; written when the plugin returned normally."""
        self._queue(self._run.database, line_builder)

    def write_to_db(self, db_name, line_builder):
        """Queues a line for another database."""
        self._queue(_text(db_name, "db_name"), line_builder)

    def write_sync(self, line_builder, no_sync):
        """Writes a line now; raises if it is refused."""
        self._write_now(self._run.database, line_builder, no_sync)

    def write_sync_to_db(self, db_name, line_builder, no_sync):
        """Writes a line to another database now; raises if it is refused."""
        self._write_now(_text(db_name, "db_name"), line_builder, no_sync)

    @property
    def cache(self):
        """Values that outlive the run."""
        local_caches.sweep()
        return self._cache

    def _log(self, level, args):
        message = " ".join(map(str, args))
        size = len(message.encode())
        self._run.spend("logLines")
        self._run.spend("outputBytes", size)
        self._run.event("log", urgent=True, level=level, message=message)

    def _queue(self, database, line_builder):
        self._record(database, _line_protocol(line_builder), sync=False)

    def _write_now(self, database, line_builder, no_sync):
        _require(no_sync, bool, "no_sync", "PyBool")
        text = _line_protocol(line_builder)
        self._record(database, text, sync=True)
        if self._run.is_test:
            return
        self._run.send_events()
        problem = _millrace.write_sync(database, text, no_sync)
        if problem is not None:
            raise Exception(problem)

    def _record(self, database, text, sync):
        self._run.spend("writtenLines", text.count("\n") + 1)
        self._run.spend("writtenBytes", len(text))
        self._run.event("write", length=len(text), database=database, lineProtocol=text, sync=sync)


# In the original this class is native code, which Python shows without a module of its own.
for _native in (PyPluginCallApi, PyCache):
    _native.__module__ = builtins.__name__
