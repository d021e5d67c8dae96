import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import { PNG } from 'pngjs';

interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

const colors = 255; // and one for what has not changed

/** Makes an animated picture of what a browser shows. */
export class Film {
  private readonly gif = GIFEncoder();
  private before: Picture | undefined;

  /** Takes the page as it stands; it is shown for so many milliseconds. */
  async take(page: Page, delay: number): Promise<void> {
    this.add(PNG.sync.read(await page.screenshot({ animations: 'disabled', caret: 'hide' })), delay);
  }

  /** Writes what was taken to a file, and says how many bytes it has. */
  write(file: string): number {
    this.gif.finish();
    writeFileSync(file, this.gif.bytes());
    return readFileSync(file).length;
  }

  private add(picture: Picture, delay: number): void {
    const { width, height, data } = picture;
    const isSame = unchanged(picture, this.before);
    const palette = quantize(changedOf(data, isSame), colors);
    const pixels = applyPalette(data, palette);
    const transparentIndex = palette.length;
    isSame.forEach((same, pixel) => {
      if (same) {
        pixels[pixel] = transparentIndex;
      }
    });
    const frame = { palette: [...palette, [0, 0, 0]], delay, transparent: true, transparentIndex, dispose: 1 };
    this.gif.writeFrame(pixels, width, height, frame);
    this.before = picture;
  }
}

/** For each pixel whether it is as it was before. */
function unchanged({ data }: Picture, before: Picture | undefined): boolean[] {
  const pixels = new Array<boolean>(data.length / 4).fill(false);
  return before
    ? pixels.map((_, pixel) =>
        [0, 1, 2].every((channel) => data[4 * pixel + channel] === before.data[4 * pixel + channel])
      )
    : pixels;
}

function changedOf(data: Uint8Array, isSame: boolean[]): Uint8Array {
  const changed = isSame.flatMap((same, pixel) => (same ? [] : [...data.subarray(4 * pixel, 4 * pixel + 4)]));
  // A palette needs something to be made of.
  return Uint8Array.from(changed.length > 0 ? changed : data.subarray(0, 4));
}
