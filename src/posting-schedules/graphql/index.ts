/** The posting schedules' part of the schema; imported for effect. */
import "./enums.ts";
import "./posting-schedule.ts";
import "./occurrence.ts";
import "./posting-schedules.ts";
import "./mutations.ts";
import "./editing.ts";
import "./preview.ts";
import "./calendar.ts";
