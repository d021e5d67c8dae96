declare module 'gifenc' {
  type Color = number[];

  interface Frame {
    palette: Color[];
    /** ms */
    delay: number;
    transparent: boolean;
    transparentIndex: number;
    /** 1 leaves the frame where it is */
    dispose: number;
  }

  interface Encoder {
    writeFrame: (pixels: Uint8Array, width: number, height: number, frame: Frame) => void;
    finish: () => void;
    bytes: () => Uint8Array;
  }

  export function GIFEncoder(): Encoder;
  /** Chooses that many colours for RGBA pixels. */
  export function quantize(rgba: Uint8Array, colors: number): Color[];
  /** Gives for each RGBA pixel the place of the colour that is nearest to it. */
  export function applyPalette(rgba: Uint8Array, palette: Color[]): Uint8Array;
}
