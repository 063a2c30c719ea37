// What each event of a transcript means for its page: which regions it concerns, and what is shown at once.
import type { Regions } from "../regions/regions";
import { showProgress } from "./progress";
import { unheard } from "./unheard";
import { isKept, type TranscriptEvent } from "./wire";

export function showTranscriptEvent(frame: TranscriptEvent, regions: Regions): void {
  switch (frame.event) {
    case "STATUS":
      return regions.touch();
    case "DURATION":
      return regions.touch(["heading", "audio", "picture"]);
    case "WAVEFORM":
      return regions.touch(["audio", "picture"]);
    case "TRANSCRIPT":
      return regions.touch(["heading", "tools", "standing", "picture", "speakers", "engines", "translation", "words", "captions"]);
    case "TOPIC":
      return regions.touch(["heading", "tools", "picture", "topics", "speakers", "words"]);
    case "FINAL_TITLE":
      return regions.touch(["heading", "tools", "engines"]);
    case "FINAL_SHORT_SUMMARY":
    case "FINAL_LONG_SUMMARY":
      return regions.touch(["heading", "summary", "sections", "quality", "engines"]);
    case "ACTION_ITEMS":
      return regions.touch(["heading", "actions", "quality", "engines"]);
    case "PARTICIPANTS":
      return regions.touch(["heading", "summary", "actions", "sections", "speakers", "words"]);
    case "AUDIO_DELETED":
      return regions.touch(["heading", "standing", "audio", "picture"]);
    case "PROGRESS":
      if (!showProgress(frame.data) || isKept(frame)) regions.touch(["standing", "progress"]);
      return;
    case "UPDATED":
    case "CANCELLED":
    case "RESET":
      return regions.touch();
    default:
      return unheard(frame, () => regions.touch());
  }
}
