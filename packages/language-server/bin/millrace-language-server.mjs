#!/usr/bin/env node
import { main } from "../bundle/main.js";

main();
