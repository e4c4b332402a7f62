/** Python that collects the JavaScript proxies in the variables of all modules. */
export const FIND_PROXIES = `
import sys
from pyodide.ffi import JsProxy
proxies = []
for module in list(sys.modules.values()):
    try:
        values = list(vars(module).values())
    except PermissionError:
        values = [module]
    for value in values:
        if not isinstance(value, type) and (JsProxy in type(value).__mro__ or "JsProxy" in type(value).__name__):
            proxies.append(value)
`;
