import { platformNamed, rulesOf } from "../platforms/registry.ts";
import { remoteAccount } from "../social-accounts/remote-account.ts";
import { fitPicture, type PictureFit, sentRatio } from "./fit-picture.ts";
import { effectiveImages, type PostPicture, type TargetContent } from "./post-content.ts";

/** A picture of a target and what becomes of it for the target's platform. */
export interface FittedPostPicture {
  readonly picture: PostPicture;
  readonly fitted: PictureFit;
}

/** The pictures of a target as its platform takes them, in order. Pure. */
export function fittedPictures(
  target: Pick<TargetContent, "post" | "socialAccount" | "fit">,
): readonly FittedPostPicture[] {
  const { platform } = target.socialAccount;
  const { label } = platformNamed(platform);
  const { images: rules } = rulesOf(platform, remoteAccount(target.socialAccount));
  let firstRatio: number | null = null;
  return effectiveImages(target).map((picture) => {
    const fitted = fitPicture(picture, rules, { fit: target.fit, label, firstRatio });
    firstRatio ??= sentRatio(picture, fitted);
    return { picture, fitted };
  });
}
