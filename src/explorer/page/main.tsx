import "./style-nonce.ts";
import "./editor-workers.ts";
import "./styles.ts";
import { createRoot } from "react-dom/client";
import { Explorer } from "./explorer.tsx";
import { Session } from "./session.ts";
import { StreamMonitor } from "./stream.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no element with the id 'root'.");
createRoot(root).render(<Explorer session={new Session()} stream={new StreamMonitor()} />);
