// What script adds to the pages. Reading works without it.
import { startConfirming } from "./confirm";
import { startCopying } from "./copy";
import { startEditing } from "./editing/editing";
import { startLive } from "./live/page";
import { startTicking } from "./live/progress";
import { startMenus } from "./menus";
import { startPlayer } from "./player";
import { startSearch } from "./search";
import { startUpload } from "./upload";

startConfirming();
startCopying();
startMenus();
startPlayer();
startTicking();
startLive();
startEditing();
startSearch();
startUpload();
