// What script adds to the pages. Reading works without it.
import { startConfirming } from "./confirm";
import { startMenus } from "./menus";
import { startPlayer } from "./player";
import { startPolling } from "./poll";
import { startUpload } from "./upload";

startConfirming();
startMenus();
startPlayer();
startPolling();
startUpload();
