/**
 * Where a browser ends that comes back from a platform and has no app to go to. What it was given stands in the address behind
 * `#`, which browsers send to nobody; it is taken out at once, so that it stays in no history and on no screen but this one.
 */
const status = document.querySelector("[role=status]");
const given = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, "", location.pathname);
addEventListener("hashchange", () => location.reload());

const reasons = {
  DENIED: "Access was not granted, so nothing was connected. Go back to the app and start again if that was a mistake.",
  NO_ACCOUNT: "The platform let us in, but to no account that can be published to. Go back to the app and start again.",
  UNAVAILABLE: "The platform did not answer, so nothing was connected. Go back to the app and start again.",
  EXPIRED: "This connection took too long, or was finished before. Go back to the app and start again.",
};

/** Tells how it went: `good` or `bad`. */
function tell(text, kind) {
  status.textContent = text;
  status.dataset.kind = kind;
}

const ticket = given.get("ticket");
const error = given.get("error");
const form = document.getElementById("ticket");
const field = document.getElementById("value");

if (ticket !== null && /^[\w-]{43}$/.test(ticket)) {
  field.value = ticket;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    field.select();
    try {
      await navigator.clipboard.writeText(ticket);
      tell("Copied. You may close this page.", "good");
    } catch {
      tell("Your browser does not let pages copy. The ticket is selected: copy it yourself.", "bad");
    }
  });
} else if (error !== null) {
  const why = Object.hasOwn(reasons, error)
    ? reasons[error]
    : "Nothing was connected. The app in which you began can tell why.";
  tell(why, "bad");
} else {
  tell("There is nothing to finish here. Begin in your app.", "bad");
}
