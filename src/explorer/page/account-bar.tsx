import { type FormEvent, useState } from "react";
import { type Credentials, login, register } from "./account.ts";
import mark from "./atelier.svg";
import type { Session, SessionState } from "./session.ts";
import { restoreTabs } from "./tabs.ts";
import type { SignedIn } from "./wire.ts";

/** The bar across the top: the product's name, the prepared tabs, and who is signed in. */
export function AccountBar({
  session,
  state,
  operatorsOnly,
}: {
  session: Session;
  state: SessionState;
  operatorsOnly: boolean;
}) {
  const [failure, setFailure] = useState<string>();
  const notice = failure ?? standingNotice(state, operatorsOnly);
  return (
    <header className="atelier-bar">
      <div className="atelier-brand">
        <img src={mark} alt="" width="24" height="24" />
        <strong>Atelier</strong>
        <span className="atelier-quiet">explorer</span>
      </div>
      <button type="button" className="atelier-link atelier-examples" onClick={askToRestore}>
        Restore examples
      </button>
      {state.status === "signed-in" ? (
        <SignedInAs signedIn={state.signedIn} onSignOut={() => session.signOut()} />
      ) : (
        <SignInForm
          key={state.status}
          email={state.status === "ended" ? state.email : ""}
          onFailure={setFailure}
          onSignedIn={(signedIn) => session.signIn(signedIn)}
        />
      )}
      {notice !== undefined && (
        <p className="atelier-notice" data-kind={failure === undefined ? "notice" : "failure"} role="alert">
          {notice}
        </p>
      )}
    </header>
  );
}

function standingNotice(state: SessionState, operatorsOnly: boolean): string | undefined {
  if (state.status === "ended") return "Your session ended. Sign in again to go on.";
  if (state.status === "signed-out" && operatorsOnly)
    return "This explorer is for operators: sign in to see the schema.";
  return undefined;
}

function askToRestore(): void {
  if (window.confirm("Replace your tabs with the prepared examples? What you typed into them is lost.")) restoreTabs();
}

function SignedInAs({ signedIn, onSignOut }: { signedIn: SignedIn; onSignOut: () => void }) {
  const { displayName, email } = signedIn.user;
  return (
    <div className="atelier-account">
      <span className="atelier-initial" aria-hidden="true">
        {[...displayName][0]?.toUpperCase()}
      </span>
      <span className="atelier-who" title={email}>
        <span className="atelier-sr-only">Signed in as </span>
        {displayName}
        <span className="atelier-quiet atelier-email">{email}</span>
      </span>
      <button type="button" className="atelier-button" onClick={onSignOut}>
        Sign out
      </button>
    </div>
  );
}

function SignInForm({
  email,
  onFailure,
  onSignedIn,
}: {
  email: string;
  onFailure: (message: string | undefined) => void;
  onSignedIn: (signedIn: SignedIn) => void;
}) {
  const [creating, setCreating] = useState(false);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const credentials = readCredentials(new FormData(event.currentTarget));
    setBusy(true);
    onFailure(undefined);
    try {
      onSignedIn(await (creating ? register(credentials) : login(credentials)));
    } catch (error) {
      onFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }
  function toggle(): void {
    setCreating(!creating);
    onFailure(undefined);
  }
  const verb = creating ? "Create account" : "Sign in";
  return (
    <form className="atelier-account" onSubmit={(event) => void submit(event)} aria-label={verb}>
      {creating && (
        <input name="displayName" placeholder="Display name" aria-label="Display name" autoComplete="name" required />
      )}
      <input
        name="email"
        type="email"
        placeholder="E-mail"
        aria-label="E-mail"
        autoComplete="username"
        defaultValue={email}
        required
      />
      <input
        name="password"
        type="password"
        placeholder="Password"
        aria-label="Password"
        autoComplete={creating ? "new-password" : "current-password"}
        required
      />
      <button type="submit" className="atelier-button atelier-primary" disabled={busy}>
        {busy ? "One moment…" : verb}
      </button>
      <button type="button" className="atelier-link" onClick={toggle}>
        {creating ? "Have an account? Sign in" : "Create account"}
      </button>
    </form>
  );
}

function readCredentials(form: FormData): Credentials {
  const read = (name: string): string => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  return { email: read("email").trim(), password: read("password"), displayName: read("displayName").trim() };
}
