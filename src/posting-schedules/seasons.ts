/** Names of the seasons: what the platform's own locale data do not have. */

/** Spring, summer, autumn, winter. */
type SeasonNames = readonly [string, string, string, string];

const names: Readonly<Record<string, SeasonNames>> = {
  da: ["forår", "sommer", "efterår", "vinter"],
  de: ["Frühling", "Sommer", "Herbst", "Winter"],
  en: ["spring", "summer", "autumn", "winter"],
  es: ["primavera", "verano", "otoño", "invierno"],
  fi: ["kevät", "kesä", "syksy", "talvi"],
  fr: ["printemps", "été", "automne", "hiver"],
  it: ["primavera", "estate", "autunno", "inverno"],
  nl: ["lente", "zomer", "herfst", "winter"],
  no: ["vår", "sommer", "høst", "vinter"],
  pl: ["wiosna", "lato", "jesień", "zima"],
  pt: ["primavera", "verão", "outono", "inverno"],
  sv: ["vår", "sommar", "höst", "vinter"],
};

/** The languages whose seasons have names here. */
export const seasonLanguages: readonly string[] = Object.keys(names);

const languageOf = (locale: string): string => new Intl.Locale(locale).language;

/** Whether the seasons have names in a locale's language. */
export const knowsSeasons = (locale: string): boolean => languageOf(locale) in names;

/** The meteorological season of a month (1 to 12), which begins with March, June, September and December; half a year apart in the south. */
export function seasonOf(month: number, locale: string, hemisphere: "north" | "south"): string {
  const quarter = Math.floor(((month + 9) % 12) / 3);
  const season = hemisphere === "north" ? quarter : (quarter + 2) % 4;
  const found = (names[languageOf(locale)] ?? names["en"])?.[season];
  if (found === undefined) throw new Error(`There is no season of month ${month}.`);
  return found;
}
