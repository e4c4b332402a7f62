export { locatePlugin, type PluginLocation } from "./locate-plugin.ts";
export { type PluginTexts, readPluginTexts } from "./plugin-texts.ts";
