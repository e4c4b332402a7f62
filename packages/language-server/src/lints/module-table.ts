/** Modules of Python's standard library that the interpreter of plugins does not have, with what to use instead. */
export const ABSENT_MODULES: ReadonlyMap<string, string | undefined> = new Map([
  ["curses", undefined],
  ["dbm", "use sqlite3"],
  ["ensurepip", "packages are installed with influxdb3 install package"],
  ["grp", undefined],
  ["msvcrt", undefined],
  ["pwd", undefined],
  ["readline", undefined],
  ["resource", undefined],
  ["syslog", "log with influxdb3_local.info"],
  ["tkinter", undefined],
  ["turtle", undefined],
  ["venv", undefined],
  ["winreg", undefined],
  ["winsound", undefined],
]);

/** Modules that Python itself has given up. */
export const REMOVED_MODULES: ReadonlyMap<string, string | undefined> = new Map([
  ["aifc", undefined],
  ["asynchat", "use asyncio"],
  ["asyncore", "use asyncio"],
  ["audioop", undefined],
  ["cgi", "use urllib.parse and email"],
  ["cgitb", "use traceback"],
  ["crypt", "use hashlib"],
  ["distutils", "use shutil and sysconfig"],
  ["imghdr", undefined],
  ["imp", "use importlib"],
  ["nntplib", undefined],
  ["pipes", "use shlex"],
  ["smtpd", undefined],
  ["sndhdr", undefined],
  ["telnetlib", "use socket"],
  ["uu", "use base64"],
  ["xdrlib", "use struct"],
]);

/** Names that people take for modules of the engine. */
export const IMAGINED_MODULES: ReadonlyMap<string, string> = new Map([
  ["influxdb3_local", "it is the first argument of every entry point: pass it on to your own functions"],
  ["influxdb3_pe", "LineBuilder is there without an import"],
  [
    "influxdb3_plugin",
    "LineBuilder is there without an import; for types, import it below if TYPE_CHECKING:",
  ],
]);

export interface KnownPackage {
  /** What is installed. */
  readonly package: string;
  /** It is machine code: the sandbox cannot load it. */
  readonly isNative?: boolean;
  /** The type checker knows its types, wherever it is installed. */
  readonly hasTypes?: boolean;
}

const NATIVE =
  "Cython cryptography cv2:opencv-python duckdb fbprophet:prophet grpc:grpcio h5py igraph keras lightgbm lxml matplotlib netCDF4 numba numpy onnxruntime orjson pandas PIL:Pillow polars prophet psutil psycopg2 psycopg2cffi pyarrow pycurl pymssql pyodbc rapidfuzz scipy shapely skimage:scikit-image sklearn:scikit-learn snappy:python-snappy statsmodels tensorflow tokenizers torch uvloop xgboost zmq:pyzmq";
const PURE =
  "bs4:beautifulsoup4 dotenv:python-dotenv google.protobuf:protobuf httpx influxdb_client:influxdb-client influxdb_client_3:influxdb3-python jwt:PyJWT paho:paho-mqtt pytz:pytz! requests:requests! serial:pyserial! slack_sdk:slack-sdk twilio yaml:PyYAML! dateutil:python-dateutil! toml:toml! simplejson:simplejson! xmltodict:xmltodict! jsonschema:jsonschema! tabulate:tabulate! croniter:croniter! cachetools:cachetools! retry:retry! influxdata_plugin_utils:influxdata-plugin-utils";

/** Packages that plugins import, by the name of their module: many are not installed under that name. */
export const KNOWN_PACKAGES: ReadonlyMap<string, KnownPackage> = new Map([
  ...readPackages(NATIVE).map(([module, known]) => [module, { ...known, isNative: true }] as const),
  ...readPackages(PURE),
]);

/** `module:package`, with a `!` behind those whose types are known. */
function readPackages(text: string): [module: string, known: KnownPackage][] {
  return text.split(" ").map((item) => {
    const [module, name = module] = item.split(":") as [string, string?];
    const hasTypes = name.endsWith("!");
    return [module, { package: hasTypes ? name.slice(0, -1) : name, ...(hasTypes ? { hasTypes } : {}) }];
  });
}
