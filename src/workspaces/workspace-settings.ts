import { z } from "zod";
import { shortText } from "../infra/short-text.ts";
import { ianaTimeZone } from "../infra/time-zone.ts";

/** What a workspace is called. */
export const workspaceName = shortText("The name of the workspace", 80);

/** A workspace's settings, each of which may be left out. */
export const optionalSettings = {
  timeZone: ianaTimeZone.nullish(),
  reviewPolicy: z.enum(["REQUIRED", "NONE"]).nullish(),
  postApprovalPolicy: z.enum(["REQUIRED", "NONE"]).nullish(),
};
