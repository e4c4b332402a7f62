// Loads tests written in TypeScript and leaves everything else alone: tsx rewrites built JavaScript too, and then V8
// counts at offsets that are not those of the file.
import { register } from "node:module";

register("./test-loader.mjs", import.meta.url);
