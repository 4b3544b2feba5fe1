import { type Settings, settingsSchema } from "./wire.ts";

/** The settings that the server wrote into the page. Throws when the page was not served by Atelier. */
export const settings: Settings = readSettings();

function readSettings(): Settings {
  const element = document.getElementById("explorer-settings");
  if (element === null) throw new Error("The page carries no settings: open it at /graphiql on an Atelier server.");
  return settingsSchema.parse(JSON.parse(element.textContent));
}
