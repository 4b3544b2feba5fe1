import { GraphiQL } from "graphiql";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { AccountBar } from "./account-bar.tsx";
import { connect } from "./api-fetcher.ts";
import type { Session } from "./session.ts";
import { settings } from "./settings.ts";
import type { StreamMonitor } from "./stream.ts";
import { StreamStatus } from "./stream-status.tsx";
import { tabProps } from "./tabs.ts";
import { visitorStorage } from "./visitor-storage.ts";

/** The whole page: the bar with the sign-in above, GraphiQL below. */
export function Explorer({ session, stream }: { session: Session; stream: StreamMonitor }) {
  const state = useSyncExternalStore(session.subscribe, session.state);
  const userId = state.status === "signed-in" ? state.signedIn.user.id : undefined;
  // Somebody else makes a new fetcher, and GraphiQL reads the schema anew through it: operators may see more of it. A renewed
  // access token does not: subscriptions go on.
  const connection = useMemo(() => connect({ session, stream }), [userId, session, stream]);
  useEffect(() => connection.close, [connection]);
  const [tabs] = useState(tabProps);
  const closed = settings.mode === "operators" && userId === undefined;
  return (
    <div className="graphiql-container atelier-page">
      <AccountBar session={session} state={state} operatorsOnly={settings.mode === "operators"} />
      <GraphiQL
        {...tabs}
        fetcher={connection.fetcher}
        {...(closed ? { schema: null } : {})}
        defaultEditorToolsVisibility="variables"
        storage={visitorStorage}
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
        <GraphiQL.Footer>
          <StreamStatus stream={stream} />
        </GraphiQL.Footer>
      </GraphiQL>
    </div>
  );
}
