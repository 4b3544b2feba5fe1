import t from "tap";
import { newPassword, refuseOwnWords } from "../../src/auth/password-rule.ts";
import { ValidationError } from "../../src/infra/errors.ts";

const codeOf = (password: string) => {
  const [issue] = newPassword.safeParse(password).error?.issues ?? [];
  return issue?.code === "custom" ? issue.params?.["code"] : undefined;
};

t.test("which passwords may be chosen", async (t) => {
  const cases: readonly [password: string, code: string | undefined][] = [
    ["correct horse battery", undefined],
    ["tigersprungbrett", undefined],
    ["9f2!kQ0-zz", undefined],
    ["              x y z", undefined],
    ["kurz", "TOO_SHORT"],
    ["neun zeic", "TOO_SHORT"],
    ["x y".repeat(43), "TOO_LONG"],
    ["password123", "TOO_COMMON"],
    ["PassWord123", "TOO_COMMON"],
    ["password!2024", "TOO_COMMON"],
    ["!!!password!!!", "TOO_COMMON"],
    ["ｐａｓｓｗｏｒｄ１２３", "TOO_COMMON"],
    ["manchester", "TOO_COMMON"],
    ["Manchester26", "TOO_COMMON"],
    ["manchester united tea", undefined],
    ["qwertyuiop", "TOO_COMMON"],
    ["1234567890", "TOO_COMMON"],
    ["0123456789", "TOO_COMMON"],
    ["9876543210", "TOO_COMMON"],
    ["abcdefghijklm", "TOO_COMMON"],
    ["aaaaaaaaaaaa", "TOO_COMMON"],
    ["abababababab", "TOO_COMMON"],
  ];
  for (const [password, code] of cases) t.equal(codeOf(password), code, password);
});

t.test("one's own address and name are no secret", async (t) => {
  const ada = { email: "ada.lovelace@example.org", displayName: "Countess Ada" };
  for (const password of ["ada.lovelace@example.org", "Ada-Lovelace-1815", "countessada", "12countess ADA!!"]) {
    t.throws(() => refuseOwnWords(password, ada, ["newPassword"]), ValidationError, password);
  }
  for (const password of ["ada lovelace wrote the first program", "correct horse battery"]) {
    t.doesNotThrow(() => refuseOwnWords(password, ada, ["newPassword"]), password);
  }
  t.doesNotThrow(
    () => refuseOwnWords("some bob here", { email: "b@x.org", displayName: "Bob" }, []),
    "short names are in everything",
  );
});
