// The page of an agent, as a file.
import { start } from "./agent/start.js";

start();
