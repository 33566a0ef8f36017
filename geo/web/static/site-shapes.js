/*
 * Whether a line or an area meets a box: what shapely's `intersects` tells the server.
 */
"use strict";

window.incidentShapes = (() => {
  /** The sequences of points of a geometry (GeoJSON), with whether each is a ring. */
  function* linesOf({ type, coordinates }) {
    if (type === "Point") yield { points: [coordinates], isRing: false };
    if (type === "MultiPoint") for (const at of coordinates) yield { points: [at], isRing: false };
    if (type === "LineString") yield { points: coordinates, isRing: false };
    if (type === "MultiLineString" || type === "Polygon") {
      for (const points of coordinates) yield { points, isRing: type === "Polygon" };
    }
    if (type === "MultiPolygon") {
      for (const rings of coordinates) {
        for (const points of rings) yield { points, isRing: true };
      }
    }
  }

  /** Whether a segment meets a box, by the parts of it that the box's edges leave (Liang and Barsky 1984). */
  function crosses([x, y], [toX, toY], [west, south, east, north]) {
    let [from, to] = [0, 1];
    for (const [step, room] of [[x - toX, x - west], [toX - x, east - x],
      [y - toY, y - south], [toY - y, north - y]]) {
      if (step === 0 && room < 0) return false;
      if (step < 0) from = Math.max(from, room / step);
      if (step > 0) to = Math.min(to, room / step);
    }
    return from <= to;
  }

  /** Whether a point lies in the rings of a geometry: an odd number of edges beside it. */
  function surrounds(geometry, [x, y]) {
    let isInside = false;
    for (const { points, isRing } of linesOf(geometry)) {
      if (!isRing) continue;
      for (let i = 1; i < points.length; i += 1) {
        const [[ax, ay], [bx, by]] = [points[i - 1], points[i]];
        if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) {
          isInside = !isInside;
        }
      }
    }
    return isInside;
  }

  function meetsOne(geometry, box) {
    for (const { points } of linesOf(geometry)) {
      const isPoint = points.length === 1;
      for (let i = isPoint ? 0 : 1; i < points.length; i += 1) {
        if (crosses(points[isPoint ? i : i - 1], points[i], box)) return true;
      }
    }
    return surrounds(geometry, [box[0], box[1]]);
  }

  /** Whether a geometry meets a box, degrees; west beyond east crosses the 180th meridian. */
  function meets(geometry, [west, south, east, north]) {
    const boxes = west > east ? [[west, south, 180, north], [-180, south, east, north]]
      : [[west, south, east, north]];
    return boxes.some((box) => meetsOne(geometry, box));
  }

  return { meets };
})();
