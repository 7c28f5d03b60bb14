// The page of an agent at the live desk: that of a file, and what the desk adds to it.
import { start } from "./agent/start.js";
import { keepClaims } from "./live/claims.js";
import { offerLeaving } from "./live/leaving.js";
import { keepPolling } from "./live/news.js";
import { offerOthers } from "./live/others.js";
import { offerOwners } from "./live/owners.js";
import { offerPictures } from "./live/pictures.js";
import { keepSending } from "./live/sending.js";

keepSending();
keepClaims();
offerOwners();
offerOthers();
offerPictures();
offerLeaving();
start();
keepPolling();
