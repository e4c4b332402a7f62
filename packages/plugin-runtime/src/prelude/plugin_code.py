"""Gets the function of a plugin. The text of a single file is executed anew for every run; a package is imported, and
stays so until one of its files changes. See "Entry points" in docs/reference/processing-engine.md."""

import gc
import importlib
import linecache
import sys

_ENTRY_POINTS = {
    "writes": (
        "process_writes",
        "the process_writes function is not present in the plugin. Should be defined as: "
        "process_writes(influxdb3_local, table_batches, args=None)",
    ),
    "schedule": (
        "process_scheduled_call",
        "the process_scheduled_call function is not present in the plugin. Should be defined as: "
        "process_scheduled_call(influxdb3_local, call_time, args=None)",
    ),
    "request": (
        "process_request",
        "the process_request function is not present in the plugin. Should be defined as: "
        "process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None)"
        " -> Tuple[str, Optional[Dict[str, str]]]",
    ),
}
_IMPORT_HINT = "Hint: Check for syntax errors or missing dependencies in Python files."
_COMPILED_MAX = 32

_name_code = {name: compile(name, "<string>", "eval") for name, _ in _ENTRY_POINTS.values()}
_compiled = {}
# Base name of each package that was imported here, with its directory and stamp.
_packages = {}

# Plugins lie in directories of the host that are not for our files.
sys.dont_write_bytecode = True


class LoadError(Exception):
    """A plugin cannot be used. Its text stands alone, without the name of a Python exception."""


class MissingFunction(LoadError):
    """The plugin does not define the function of its trigger."""


def entry_point(kind, state, source):
    """The function to call."""
    name, missing = _ENTRY_POINTS[kind]
    if state.package is not None:
        return _package_function(state.package, name, missing)
    exec(_compile(source), state.globals)
    try:
        return eval(_name_code[name], state.globals)
    except Exception:
        raise MissingFunction(missing) from None


def _compile(source):
    code = _compiled.get(source)
    if code is None:
        if "\0" in source:
            raise LoadError("plugin code contains null bytes")
        code = compile(source, "<string>", "exec", dont_inherit=True)
        if len(_compiled) >= _COMPILED_MAX:
            del _compiled[next(iter(_compiled))]
        _compiled[source] = code
    return code


def _package_function(package, function, missing):
    name = package["directory"].rpartition("/")[2]
    try:
        module = _import_package(name, package["directory"], package["stamp"])
    except Exception as error:
        raise LoadError(_import_failure(name, f"{type(error).__qualname__}: {error}")) from error
    try:
        return getattr(module, function)
    except AttributeError:
        raise MissingFunction(missing) from None
    except Exception as error:
        text = f"{type(error).__qualname__}: {error}"
        raise LoadError(f"Failed to load function '{function}' from plugin module '{name}': {text}") from error


def _import_failure(name, text):
    return f"Failed to import plugin module '{name}': {text}\n{_IMPORT_HINT}"


def _import_package(name, directory, stamp):
    """Imports the package, unless it is there already and none of its files has changed."""
    known = _packages.get(name)
    if known == (directory, stamp) and name in sys.modules:
        return sys.modules[name]
    if known is not None:
        _forget(name, known[0])
    elif name in sys.modules:
        raise ImportError("a module of Python itself or of an installed package has this name: rename the directory")
    _packages[name] = (directory, stamp)
    parent = directory.rpartition("/")[0] or "/"
    sys.path.insert(0, parent)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        # The directory may be newer than what Python remembers of its parent.
        importlib.invalidate_caches()
        return importlib.import_module(name)
    finally:
        if parent in sys.path:
            sys.path.remove(parent)


def _forget(name, directory):
    inside = directory + "/"
    for module in [module for module in sys.modules if module == name or module.startswith(name + ".")]:
        del sys.modules[module]
    for path in [path for path in linecache.cache if path.startswith(inside)]:
        del linecache.cache[path]
    for path in [path for path in sys.path_importer_cache if path == directory or path.startswith(inside)]:
        del sys.path_importer_cache[path]
    importlib.invalidate_caches()
    # Modules, their functions and classes refer to each other: all of the old ones would stay for a while.
    gc.collect()
