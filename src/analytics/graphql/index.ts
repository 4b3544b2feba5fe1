/** Measuring's part of the schema; imported for effect. */
import "./metric.ts";
import "./bucket.ts";
import "./analytics.ts";
import "./post-analytics.ts";
import "./sync.ts";
import "./statistics.ts";
import "./metric-series.ts";
import "./provenance.ts";
import "./export.ts";
