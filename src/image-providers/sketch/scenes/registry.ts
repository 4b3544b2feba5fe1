/** Every scene the renderer knows. A new one is a file beside this and a line here. */
import type { Scene } from "../stage.ts";
import { abstract } from "./abstract.ts";
import { city } from "./city.ts";
import { desert } from "./desert.ts";
import { forest } from "./forest.ts";
import { interior } from "./interior.ts";
import { meadow } from "./meadow.ts";
import { mountains } from "./mountains.ts";
import { portrait } from "./portrait.ts";
import { sea } from "./sea.ts";
import { space } from "./space.ts";
import { stillLife } from "./still-life.ts";
import { underwater } from "./underwater.ts";

export const scenes = [
  mountains,
  sea,
  forest,
  city,
  desert,
  space,
  meadow,
  underwater,
  interior,
  stillLife,
  portrait,
  abstract,
] as const satisfies readonly Scene[];

export type SceneName = (typeof scenes)[number]["name"];

/** The scene of a name; every name has one. */
export function sceneNamed(name: SceneName): Scene {
  return scenes.find((scene) => scene.name === name) ?? abstract;
}
