/** Time of day and weather: what the prompt says, the palette follows and scenes are lit by. */

/** When it is. `golden` is the hour before dusk. */
export type TimeOfDay = "dawn" | "day" | "golden" | "dusk" | "twilight" | "night";

/** Weather that is drawn over or into a scene. */
export type Weather = "clear" | "cloudy" | "rain" | "snow" | "fog" | "storm";
