/** Every job of the queue, and every periodic one, with the verb that does it. */
import { forgetExports } from "./analytics/export/forget-exports.ts";
import { makeMetricExport } from "./analytics/export/make-metric-export.ts";
import { makeMetricExportJob, measureAccountJob, rebuildCalendarJob } from "./analytics/jobs.ts";
import { keepMetricPartitions } from "./analytics/metric-partitions.ts";
import { followTimeZones, rebuildCalendar } from "./analytics/rebuild-calendar.ts";
import { dispatchMetricSyncs } from "./analytics/sync/dispatch-metric-syncs.ts";
import { measureAccount } from "./analytics/sync/measure-account.ts";
import { forgetAvatar } from "./auth/avatar/forget-avatar.ts";
import { forgetAvatarJob } from "./auth/avatar/jobs.ts";
import { sendDataNoticeJob } from "./auth/data-notices/jobs.ts";
import { sendDataNotice } from "./auth/data-notices/send-data-notice.ts";
import { dispatchDueErasures } from "./auth/erasure/dispatch-due-erasures.ts";
import { eraseAccount } from "./auth/erasure/erase-account.ts";
import type { ErasureContext } from "./auth/erasure/erasure-services.ts";
import { eraseAccountJob } from "./auth/erasure/jobs.ts";
import { forgetDataExports } from "./auth/export/forget-data-exports.ts";
import { makeDataExportJob } from "./auth/export/jobs.ts";
import { makeDataExport } from "./auth/export/make-data-export.ts";
import { forgetApiTokens } from "./auth/forget-api-tokens.ts";
import { forgetSessions } from "./auth/forget-sessions.ts";
import { sendAccountNoticeJob, sendMailLinkJob } from "./auth/jobs.ts";
import { sendAccountNotice } from "./auth/send-account-notice.ts";
import { sendMailLink } from "./auth/send-mail-link.ts";
import { cleanUpByRetention } from "./images/clean-up/clean-up-by-retention.ts";
import { forgetDerivatives } from "./images/derivatives/forget-derivatives.ts";
import { emptyTrash } from "./images/empty-trash.ts";
import { forgetPreviews } from "./images/forget-previews.ts";
import { generateImage } from "./images/generate-image.ts";
import { forgetStagedFiles } from "./images/intake/forget-staged-files.ts";
import { takeInImageJob } from "./images/intake/jobs.ts";
import { takeInImage } from "./images/intake/take-in-image.ts";
import { followAwaitedImagesJob, generateImageJob } from "./images/jobs.ts";
import { rewriteTagNamesJob } from "./images/tags/jobs.ts";
import { rewriteTagNames } from "./images/tags/rewrite-tag-names.ts";
import { createCrashPoint } from "./infra/crash-point.ts";
import { forgetEvents } from "./infra/forget-events.ts";
import { forgetHistory } from "./infra/forget-history.ts";
import { handle, type JobHandler } from "./infra/jobs.ts";
import { forgetRateLimits } from "./infra/rate-limit.ts";
import { forgetRevocations } from "./infra/revocations.ts";
import { forgetNotifications } from "./notifications/forget-notifications.ts";
import { dispatchDueMails } from "./notifications/mail/dispatch-due-mails.ts";
import { mailNotificationsJob } from "./notifications/mail/jobs.ts";
import { mailNotifications } from "./notifications/mail/mail-notifications.ts";
import { expandSchedules } from "./posting-schedules/expand-schedule.ts";
import { workOccurrences } from "./posting-schedules/work-occurrences.ts";
import { missUnapproved } from "./posts/approval/miss-unapproved.ts";
import { followAwaitedImages } from "./posts/awaited-images/follow-awaited-images.ts";
import { followAccount, sweepDisconnected } from "./posts/follow-account.ts";
import { publishTargetJob, renderTargetJob } from "./posts/jobs.ts";
import { renderTarget } from "./posts/render-target.ts";
import { dispatchDueTargets } from "./publishing/dispatch-due-targets.ts";
import { verifyTargetJob } from "./publishing/jobs.ts";
import { publishTarget } from "./publishing/publish-target.ts";
import { verifyTarget } from "./publishing/verify-target.ts";
import { resealSecrets } from "./reseal-secrets.ts";
import type { Services } from "./services.ts";
import { askPlatformAboutAccount } from "./social-accounts/check-account.ts";
import { forgetConnections } from "./social-accounts/connections/forget-connections.ts";
import { dispatchAccountChecks } from "./social-accounts/dispatch-account-checks.ts";
import { endAccess } from "./social-accounts/end-access.ts";
import { endWorkspaceAccess } from "./social-accounts/end-workspace-access.ts";
import { checkAccountJob, endAccessJob, followAccountJob, refreshAccountJob } from "./social-accounts/jobs.ts";
import { refreshAccount } from "./social-accounts/refresh/refresh-account.ts";
import { sweepRisks } from "./social-accounts/risk-notices.ts";
import { forgetInvitations } from "./workspaces/forget-invitations.ts";
import { sendInvitationJob } from "./workspaces/jobs.ts";
import { sendInvitation } from "./workspaces/send-invitation.ts";

/** Every job and the verb that does it. */
export function jobHandlers(services: Services): readonly JobHandler[] {
  const withCrashPoint = { ...services, crashPoint: createCrashPoint(services.config.CRASH_POINT) };
  const erasing = {
    ...withCrashPoint,
    endWorkspaceAccess: (workspaceId: string, context: ErasureContext) =>
      endWorkspaceAccess(services, workspaceId, context),
  };
  return [
    handle(forgetAvatarJob, ({ avatarId }) => forgetAvatar(services, avatarId)),
    handle(sendDataNoticeJob, (notice, context) => sendDataNotice(services, notice, context)),
    handle(eraseAccountJob, ({ userId }, context) => eraseAccount(erasing, userId, context)),
    handle(makeDataExportJob, ({ exportId }, context) => makeDataExport(withCrashPoint, exportId, context)),
    handle(generateImageJob, ({ imageId }, context) => generateImage(withCrashPoint, imageId, context)),
    handle(takeInImageJob, ({ imageId }, context) => takeInImage(withCrashPoint, imageId, context)),
    handle(followAwaitedImagesJob, ({ postId }) => followAwaitedImages(services, postId)),
    handle(rewriteTagNamesJob, ({ workspaceId }, context) => rewriteTagNames(services, workspaceId, context)),
    handle(publishTargetJob, ({ targetId }, context) => publishTarget(withCrashPoint, targetId, context)),
    handle(verifyTargetJob, ({ targetId }, context) => verifyTarget(withCrashPoint, targetId, context)),
    handle(renderTargetJob, ({ targetId }) => renderTarget(services, targetId)),
    handle(refreshAccountJob, ({ socialAccountId }) => refreshAccount(withCrashPoint, socialAccountId)),
    handle(checkAccountJob, ({ socialAccountId }) => askPlatformAboutAccount(services, socialAccountId)),
    handle(endAccessJob, ({ socialAccountId }, context) => endAccess(services, socialAccountId, context)),
    handle(followAccountJob, ({ socialAccountId }) => followAccount(services, socialAccountId)),
    handle(measureAccountJob, ({ socialAccountId }, context) => measureAccount(services, socialAccountId, context)),
    handle(makeMetricExportJob, ({ exportId }, context) => makeMetricExport(services, exportId, context)),
    handle(rebuildCalendarJob, ({ workspaceId }, context) => rebuildCalendar(services, workspaceId, context)),
    handle(sendMailLinkJob, ({ mailLinkId }, context) => sendMailLink(services, mailLinkId, context)),
    handle(sendAccountNoticeJob, ({ auditEntryId }, context) => sendAccountNotice(services, auditEntryId, context)),
    handle(mailNotificationsJob, ({ userId }, context) => mailNotifications(services, userId, context)),
    handle(sendInvitationJob, ({ invitationId }, context) => sendInvitation(services, invitationId, context)),
  ];
}

/** Every periodic verb by its name; cron times are UTC. */
export function timetable(services: Services) {
  return [
    { name: "dispatch-due-targets", cron: "* * * * *", verb: () => dispatchDueTargets(services) },
    { name: "miss-unapproved", cron: "* * * * *", verb: () => missUnapproved(services) },
    { name: "dispatch-metric-syncs", cron: "* * * * *", verb: () => dispatchMetricSyncs(services) },
    { name: "keep-metric-partitions", cron: "32 2 * * *", verb: () => keepMetricPartitions(services) },
    { name: "forget-metric-exports", cron: "2 * * * *", verb: () => forgetExports(services) },
    { name: "follow-time-zones", cron: "*/5 * * * *", verb: () => followTimeZones(services) },
    { name: "work-occurrences", cron: "* * * * *", verb: () => workOccurrences(services) },
    { name: "expand-posting-schedules", cron: "2 * * * *", verb: () => expandSchedules(services) },
    { name: "dispatch-due-erasures", cron: "22 * * * *", verb: () => dispatchDueErasures(services) },
    { name: "forget-data-exports", cron: "7 * * * *", verb: () => forgetDataExports(services) },
    { name: "forget-derivatives", cron: "52 4 * * *", verb: () => forgetDerivatives(services) },
    { name: "forget-previews", cron: "47 * * * *", verb: () => forgetPreviews(services) },
    { name: "forget-events", cron: "17 * * * *", verb: () => forgetEvents(services) },
    { name: "forget-revocations", cron: "27 * * * *", verb: () => forgetRevocations(services) },
    { name: "forget-rate-limits", cron: "37 * * * *", verb: () => forgetRateLimits(services) },
    { name: "forget-staged-files", cron: "47 * * * *", verb: () => forgetStagedFiles(services) },
    { name: "dispatch-account-checks", cron: "12 * * * *", verb: () => dispatchAccountChecks(services) },
    { name: "forget-connections", cron: "*/10 * * * *", verb: () => forgetConnections(services) },
    { name: "sweep-disconnected", cron: "*/5 * * * *", verb: () => sweepDisconnected(services) },
    { name: "sweep-risks", cron: "32 * * * *", verb: () => sweepRisks(services) },
    { name: "reseal-secrets", cron: "42 * * * *", verb: () => resealSecrets(services) },
    { name: "forget-sessions", cron: "57 3 * * *", verb: () => forgetSessions(services) },
    { name: "forget-api-tokens", cron: "7 4 * * *", verb: () => forgetApiTokens(services) },
    { name: "forget-invitations", cron: "17 4 * * *", verb: () => forgetInvitations(services) },
    { name: "clean-up-by-retention", cron: "37 3 * * *", verb: () => cleanUpByRetention(services) },
    { name: "dispatch-due-mails", cron: "* * * * *", verb: () => dispatchDueMails(services) },
    { name: "forget-notifications", cron: "27 3 * * *", verb: () => forgetNotifications(services) },
    { name: "forget-history", cron: "47 3 * * *", verb: () => forgetHistory(services) },
    { name: "empty-trash", cron: "7 4 * * *", verb: () => emptyTrash(services) },
  ];
}
