// Roles where Ansible is missing: what is there shows, what can't be done says why.
import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, open, test } from "../helpers/test";

test("without Ansible the catalogue says how to mend it, and nothing is offered that could not be done", async ({ page, app }) => {
  await signIn(page, app, "/roles");
  await expect(page.getByText("Roles can't be installed now")).toBeVisible();
  await expect(page.getByRole("region", { name: "Commands that install Ansible" })).toContainText("ANSIBLE_PLAYBOOK");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Web server" }).click();
  await expect(page.getByRole("button", { name: "Assign to servers" }).first()).toBeDisabled();

  // A new server is made without, and not held up by what can't be installed.
  await open(page, "/servers/new");
  const part = page.getByRole("region", { name: "Roles" });
  await expect(part.getByRole("combobox", { name: "Role" })).toBeDisabled();
  await expect(part.getByRole("checkbox", { name: "Let monitoring look inside" })).not.toBeChecked();
  await expect(part).toContainText("ansible-playbook");
  await expectAccessible(page);
});
