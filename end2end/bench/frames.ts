// How long the frames of a page are, one after another, as it sees them itself.
import type { Page } from "@playwright/test";

/** Notes from now on how long each frame is. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { frames });
  });
}

/** The frames that were noted, in milliseconds. */
export async function noted(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { frames: number[] }).frames.slice(1));
}
