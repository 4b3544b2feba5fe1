import { useSyncExternalStore } from "react";
import type { StreamMonitor, StreamState } from "./stream.ts";

const LABELS: Record<Exclude<StreamState["status"], "none">, string> = {
  waiting: "Listening for events",
  live: "Listening",
  reconnecting: "Connection lost, reconnecting",
  finished: "Stream complete",
  stopped: "Stopped",
  failed: "Stream failed",
};

/** One line under the response: whether a subscription runs, and how many events it has brought. The pane shows the latest. */
export function StreamStatus({ stream }: { stream: StreamMonitor }) {
  const { status, events, lastEventAt } = useSyncExternalStore(stream.subscribe, stream.state);
  if (status === "none") return null;
  return (
    <div className="atelier-stream" data-status={status} role="status">
      <span className="atelier-stream-dot" aria-hidden="true" />
      <span>{LABELS[status]}</span>
      {events > 0 && <span className="atelier-stream-count">{events === 1 ? "1 event" : `${events} events`}</span>}
      {lastEventAt && <span className="atelier-quiet">latest at {lastEventAt.toLocaleTimeString()}</span>}
    </div>
  );
}
