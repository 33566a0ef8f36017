/*
 * Tiles of the ground: read out of a PMTiles file by ranges of bytes, and arranged for
 * a view. Where a host knows no ranges, the file is read whole, once.
 */
"use strict";

window.groundTiles = (() => {
  /** Pixels of a tile at its own zoom, which is the map's less one. */
  const TILE_PX = 512;

  /** The bytes of a file, as the library asks for them (its interface "Source"). */
  class FileBytes {
    constructor(url) {
      this.url = url;
      // A site of files has it among its data files, whole.
      const [, name] = /^data:(\w+)$/.exec(url) ?? [];
      this.whole = name ? window.incidentFiles.load(name) : null;
    }

    getKey() {
      return this.url;
    }

    async getBytes(offset, length, signal) {
      if (this.whole) return { data: (await this.whole).slice(offset, offset + length) };
      const Range = `bytes=${offset}-${offset + length - 1}`;
      const answer = await fetch(this.url, { signal, headers: { Range } });
      if (!answer.ok) throw new Error(`The ground could not be read (${answer.status})`);
      if (answer.status === 206) return { data: await answer.arrayBuffer() };
      this.whole = answer.arrayBuffer();
      return { data: (await this.whole).slice(offset, offset + length) };
    }
  }

  /**
   * The tiles of one file. `told` is what the server says of it: url, zooms, bounds
   * (west, south, east, north in degrees) and whether it is the whole world.
   */
  class TileFile {
    constructor({ url, zooms, bounds, whole }) {
      const source = new protomapsL.PmtilesSource(url, false);
      source.p.source = new FileBytes(url);
      this.cache = new protomapsL.TileCache(source, TILE_PX);
      [this.first, this.last] = zooms;
      this.bounds = bounds;
      this.whole = whole;
    }

    /**
     * The tiles of a view, as the library draws them. `box` is the view in the map's
     * pixels at `zoom` (min, max); beyond the 180th meridian the world begins again.
     */
    async within(box, zoom) {
      const level = Math.min(Math.max(Math.floor(zoom) - 1, this.first), this.last);
      const size = TILE_PX * 2 ** (zoom - 1 - level), count = 2 ** level;
      const asked = [];
      for (let x = Math.floor(box.min.x / size); x * size < box.max.x; x += 1) {
        for (let y = Math.max(0, Math.floor(box.min.y / size));
          y * size < box.max.y && y < count; y += 1) {
          asked.push(this.tile({ z: level, x, y }, zoom, size));
        }
      }
      return Promise.all(asked);
    }

    /** One tile; where an extract lacks it, the part of a coarser one in its place. */
    async tile({ z, x, y }, zoom, size) {
      const place = { minX: x * size, minY: y * size, maxX: (x + 1) * size, maxY: (y + 1) * size };
      let level = z, data = new Map();
      for (;;) {
        const step = 2 ** (z - level), count = 2 ** level;
        const column = Math.floor(x / step);
        data = await this.cache.get({ z: level, x: ((column % count) + count) % count,
          y: Math.floor(y / step) });
        if (data.size || this.whole || level <= this.first) {
          return { z: zoom, data, scale: (size * step) / TILE_PX, dim: size * step, place,
            isCut: step > 1, dataTile: { z: level, x: column, y: Math.floor(y / step) },
            origin: { x: column * size * step, y: Math.floor(y / step) * size * step } };
        }
        level -= 1;
      }
    }
  }

  return { TileFile };
})();
