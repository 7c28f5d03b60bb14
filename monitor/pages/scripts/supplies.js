// The pages of supply lines: how old they are.
import { keepAges } from "./shared/ages.js";

keepAges();
