// The page of an agent at the live desk: that of a file, and what the desk adds to it.
import { start } from "./agent/start.js";
import { keepClaims } from "./live/claims.js";
import { offerLeaving } from "./live/leaving.js";
import { keepPolling } from "./live/news.js";
import { offerOwners } from "./live/owners.js";
import { keepSending } from "./live/sending.js";

keepSending();
keepClaims();
offerOwners();
offerLeaving();
start();
keepPolling();
