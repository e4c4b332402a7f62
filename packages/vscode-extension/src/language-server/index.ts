export { type LaunchOptions, launch, type ServerLaunch } from "./launch.ts";
export { checksToShow, OTHER_PYTHON_TOOLS, serverSettings } from "./settings.ts";
