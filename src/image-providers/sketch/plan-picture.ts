/** From a request to everything that will be painted: pure, cheap, and the same for the same request. */
import type { GenerationRequest } from "../provider.ts";
import { castPicture } from "./cast-picture.ts";
import type { Drawing } from "./drawing.ts";
import { finishLayers } from "./elements/weather.ts";
import { paintSubjects } from "./paint-subjects.ts";
import { mixPalette } from "./palette.ts";
import { parsePrompt } from "./parse-prompt.ts";
import { overlaid } from "./pixels.ts";
import { placeSubjects } from "./place-subjects.ts";
import type { Placement, SubjectGroup } from "./placement.ts";
import type { PromptReading } from "./prompt-reader.ts";
import { createRandom, hash32, type Random } from "./random.ts";
import { type SceneName, sceneNamed } from "./scenes/registry.ts";
import type { TimeOfDay, Weather } from "./sky-words.ts";
import type { Layer, Light, Scene, Stage, TreatmentLayer } from "./stage.ts";
import { type StyleName, styleNamed } from "./styles/registry.ts";
import type { Style } from "./styles/style.ts";
import { subjectNamed } from "./subjects/registry.ts";
import { guidedHorizon, guidedLight } from "./variation/follow-layout.ts";
import type { LayoutGuide } from "./variation/read-start.ts";

/** A picture before it is painted. */
export interface PicturePlan {
  readonly scene: SceneName;
  readonly time: TimeOfDay;
  readonly weather: Weather;
  readonly style: StyleName | null;
  readonly placements: readonly Placement[];
  readonly stage: Stage;
  readonly layers: readonly Layer[];
  /** Whether specks of grain belong over it. */
  readonly grain: boolean;
}

export type PictureRequest = Pick<GenerationRequest, "prompt" | "negativePrompt" | "width" | "height" | "seed">;

/** A picture to start from, as far as the plan heeds it. */
export interface PictureStart {
  /** 0 keeps the picture, 1 ignores it. */
  readonly strength: number;
  readonly guide: LayoutGuide;
  /** Brings picture and drawing together, before a style is laid over both. `subjects` draws the subjects alone. */
  readonly mixing: (subjects: (drawing: Drawing) => void) => TreatmentLayer;
}

/** Reads the prompt, decides what it leaves open by chance, and lays the picture out, like the one to start from if there is one. */
export function planPicture(request: PictureRequest, start: PictureStart | null = null): PicturePlan {
  const reading = parsePrompt(request.prompt, request.negativePrompt);
  const seed = (reading.hash ^ Math.imul(request.seed + 1, 0x9e3779b1)) >>> 0;
  const random = (layer: string): Random => createRandom(hash32(`${seed} ${layer}`));
  const name = chooseScene(reading);
  const scene = sceneNamed(name);
  const time = chooseTime(reading, scene, random("time"));
  const weather = reading.weather ?? "clear";
  const style: Style | null = reading.style === null ? null : styleNamed(reading.style);
  const groups = castPicture(reading, scene, random);
  const stage = setStage({
    request,
    reading,
    scene,
    time,
    weather,
    style,
    random,
    groups,
    guide: start?.guide ?? null,
  });
  const composition = scene.compose(stage);
  const placements = placeSubjects(stage, composition, groups);
  const figures = (some: readonly Placement[], phase: string): Layer[] =>
    some.length === 0
      ? []
      : [{ phase, paint: (drawing) => paintSubjects(drawing, stage, some, composition.bareGround) }];
  const layers = [
    ...composition.behind,
    ...figures(
      placements.filter((placement) => placement.place !== "ground"),
      "Setting things afloat and aloft",
    ),
    ...composition.shore,
    ...figures(
      placements.filter((placement) => placement.place === "ground"),
      "Placing the subjects",
    ),
    ...composition.front,
    ...finishLayers(stage, scene.sheltered === true),
    ...(start === null
      ? []
      : [start.mixing((drawing) => paintSubjects(drawing, stage, placements, composition.bareGround))]),
    ...styleLayers(style, start),
  ];
  const grain = (style?.grain ?? true) && start?.strength !== 0;
  return { scene: name, time, weather, style: reading.style, placements, stage, layers, grain };
}

/** Where most of a picture to start from is kept, its own manner shows through. */
function styleLayers(style: Style | null, start: PictureStart | null): Layer[] {
  if (style === null || start?.strength === 0) return [];
  const { phase } = style;
  const weight = Math.min(1, (start?.strength ?? 1) * 3);
  const treat: TreatmentLayer["treat"] = async (picture, stage) =>
    weight === 1 ? style.treat(picture, stage) : overlaid(picture, await style.treat(picture, stage), weight);
  return [{ phase, treat }];
}

/** The prompt's own scene, else where its first subject is at home, else one that its light or weather suggests. */
function chooseScene(reading: PromptReading): SceneName {
  const [home] = reading.subjects.map((subject) => subjectNamed(subject.name).home);
  // Fish in the sea are below it; what lies on tables lies on one in the kitchen too.
  const moves =
    (reading.scene === "sea" && home === "underwater") || (reading.mentions.has("kitchen") && home === "still life");
  const named = moves ? home : (reading.scene ?? home);
  if (named !== undefined && !(reading.scene === null && reading.excluded.has(named))) {
    return named;
  }
  if (reading.mentions.has("star")) {
    return "space";
  }
  const outdoors = reading.weather !== null || reading.time !== null || reading.lights.length > 0 || reading.wintry;
  const places = ["mountains", "sea", "meadow"] as const;
  const fitting = places.filter((place) => !reading.excluded.has(place));
  return outdoors && fitting.length > 0 ? createRandom(reading.hash).pick(fitting) : "abstract";
}

function chooseTime(reading: PromptReading, scene: Scene, random: Random): TimeOfDay {
  if (reading.time !== null) {
    return reading.time;
  }
  const light = reading.lights[0]?.kind;
  if (light === "moon" || reading.mentions.has("aurora") || reading.mentions.has("star")) {
    return "night";
  }
  const daylight: readonly TimeOfDay[] = ["day", "golden", "dawn", "dusk"];
  return random.pick(light === "sun" ? daylight : scene.times);
}

interface StageWishes {
  readonly request: PictureRequest;
  readonly reading: PromptReading;
  readonly scene: Scene;
  readonly time: TimeOfDay;
  readonly weather: Weather;
  readonly style: Style | null;
  readonly random: (layer: string) => Random;
  readonly groups: readonly SubjectGroup[];
  readonly guide: LayoutGuide | null;
}

function setStage({ request, reading, scene, time, weather, style, random, groups, guide }: StageWishes): Stage {
  const { width, height } = request;
  const short = Math.min(width, height);
  const unit = short * Math.min(1.3, Math.sqrt(Math.max(width, height) / short));
  const horizon = height * guidedHorizon(random("horizon").between(scene.horizon[0], scene.horizon[1]), scene, guide);
  const floats = groups.some((group) => group.subject.place === "water");
  const { excluded, mentions } = reading;
  const ground = mentions.has("autumn")
    ? { h: 62, c: Math.max(0.1, scene.ground.c), lift: scene.ground.lift }
    : scene.ground;
  const mixed = mixPalette({
    time,
    weather,
    wintry: reading.wintry,
    ground,
    colours: reading.colours,
    groundColour: reading.sceneColour,
    moods: style?.mood === undefined ? reading.moods : [style.mood, ...reading.moods],
    lightColour: reading.lights[0]?.colour ?? null,
    drift: (((reading.hash >>> 8) % 1000) / 1000) * 26 - 13 + random("drift").between(-7, 7),
  });
  const palette = scene.relight?.(mixed) ?? mixed;
  return {
    width,
    height,
    unit,
    closeness: reading.framing === null ? 1 : reading.framing === "close" ? 1.55 : 0.68,
    horizon,
    palette,
    light: guidedLight(placeLight({ width, unit, horizon, time, reading, random: random("light") }), {
      ...{ width, height, horizon, guide },
    }),
    weather,
    wintry: reading.wintry,
    stars: { dawn: 0, day: 0, golden: 0, dusk: 0, twilight: 0.4, night: weather === "clear" ? 1 : 0.25 }[time],
    aurora: mentions.has("aurora") && !excluded.has("aurora"),
    random,
    allows: (thing) => !excluded.has(thing),
    wants: (thing) => mentions.has(thing) || (floats && (thing === "lake" || thing === "river")),
  };
}

interface LightWishes {
  readonly width: number;
  readonly unit: number;
  readonly horizon: number;
  readonly time: TimeOfDay;
  readonly reading: PromptReading;
  readonly random: Random;
}

/** Low at the ends of the day, high at noon and at night, a third from the side; never in the middle. */
function placeLight({ width, unit, horizon, time, reading, random }: LightWishes): Light {
  const asked = reading.lights[0];
  const kind = asked?.kind ?? (time === "night" ? "moon" : "sun");
  const heights = { dawn: 0.78, day: 0.24, golden: 0.62, dusk: 0.82, twilight: 0.98, night: 0.32 };
  const at = kind === "moon" && time !== "night" ? 0.35 : heights[time];
  const hidden = reading.excluded.has(kind) || (asked === undefined && time === "twilight");
  const size = { dawn: 0.05, day: 0.036, golden: 0.05, dusk: 0.062, twilight: 0.04, night: 0.042 }[time];
  const bigger = asked === undefined ? 1 : 1.45;
  return {
    kind,
    x: width * (random.chance(0.5) ? random.between(0.22, 0.4) : random.between(0.6, 0.78)),
    y: horizon * (at + random.between(-0.06, 0.05)),
    radius: unit * size * bigger * random.between(0.88, 1.15),
    count: hidden ? 0 : Math.min(4, asked?.count ?? 1),
  };
}
