/** Puts subjects together as a painter arranges a table or sitters: the tall ones behind and inside, the small ones in front. */
import type { Placement, SubjectGroup } from "./placement.ts";
import type { Composition, Stage } from "./stage.ts";

interface Member {
  readonly group: SubjectGroup;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
}

/** One placement for each figure, the farthest first. */
export function gatherSubjects(
  stage: Stage,
  { standing: [from, to], ground }: Composition,
  { height: most, magnify }: NonNullable<Composition["group"]>,
  groups: readonly SubjectGroup[],
): Placement[] {
  const random = stage.random("gathering");
  const members = groups
    .flatMap((group) =>
      Array.from({ length: group.count }, (): Member => {
        const own =
          magnify === null ? most : Math.min(most, stage.unit * group.subject.size * magnify * stage.closeness);
        const height = own * (magnify === null ? 1 : random.between(0.92, 1.06));
        return { group, height, width: height * (group.face === null ? group.subject.aspect : 1.2) };
      }),
    )
    .toSorted((first, second) => second.height - first.height);
  const rows = magnify === null ? [members] : inTwoRows(members);
  const overlap = magnify === null ? 0.7 : 0.92;
  const widths = rows.map((row) => row.reduce((sum, { width }) => sum + width * overlap, 0));
  const shrink = Math.min(1, ((to - from) * stage.width) / Math.max(1, ...widths));
  return rows.flatMap((row, depth) => {
    let x = ((from + to) / 2) * stage.width - ((widths[depth] ?? 0) * shrink) / 2;
    x += depth === 0 ? 0 : random.between(-0.03, 0.03) * stage.unit;
    return tallestInside(row).map((member): Placement => {
      const wide = member.width * overlap * shrink;
      x += wide;
      const centre = x - wide / 2;
      const nearer = magnify === null ? 0 : stage.unit * (depth * 0.085 + random.between(0, 0.018));
      return {
        ...member.group,
        place: "ground",
        x: centre,
        y: ground(centre) + nearer,
        height: member.height * shrink,
        flipped: centre > stage.width / 2,
        near: true,
      };
    });
  });
}

/** The tall half behind; of things of one height every other one. A few stand in one row. */
function inTwoRows(members: readonly Member[]): (readonly Member[])[] {
  if (members.length < 3) {
    return [members];
  }
  const behind = Math.ceil(members.length * 0.5);
  return [members.slice(0, behind), members.slice(behind)];
}

function tallestInside(row: readonly Member[]): Member[] {
  const ordered: Member[] = [];
  for (const [index, member] of row.entries()) {
    ordered.splice(index % 2 === 0 ? ordered.length : 0, 0, member);
  }
  return ordered;
}
