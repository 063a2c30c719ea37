// What each event of a list means for its page.
import type { Regions } from "../regions/regions";
import { showRowProgress } from "./progress";
import { unheard } from "./unheard";
import type { UserEvent } from "./wire";

/** Rows come and go, and what fits on a page shifts with them, so the list is read as a whole. */
export function showListEvent(frame: UserEvent, regions: Regions): void {
  switch (frame.event) {
    case "TRANSCRIPT_CREATED":
    case "TRANSCRIPT_DELETED":
    case "TRANSCRIPT_STATUS":
    case "TRANSCRIPT_FINAL_TITLE":
    case "TRANSCRIPT_DURATION":
    case "TRANSCRIPT_UPDATED":
    case "RESET":
      return regions.touch();
    case "TRANSCRIPT_PROGRESS":
      return showRowProgress(frame.data);
    default:
      return unheard(frame, () => regions.touch());
  }
}
