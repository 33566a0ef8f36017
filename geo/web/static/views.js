/*
 * Views of the map: what it shows first, all of it, and both sides of the antimeridian.
 *
 * The server counts degrees from -180 to 180. Leaflet goes on counting, so that a map may
 * lie at 190 degrees: what is drawn is moved by whole turns to where it is looked at.
 */
"use strict";

window.incidentViews = (() => {
  const { boundsOf } = window.incidentMarkers;
  const { PARTING_ZOOM } = window.incidentPopups;
  const page = window.incidentPage;
  const TURN = 360, TILE_PX = 256;
  /** Room around what is fitted, for markers and the boxes at the map's edges. */
  const SIDE_PX = 34, TOP_PX = 56, TOP_OF_A_PHONE_PX = 144, BOTTOM_PX = 56, PHONE_PX = 560;
  let map;

  function start(leafletMap) {
    map = leafletMap;
  }

  /** Every longitude at which a point is in or near the view, or the nearest one. */
  function copiesOf(lon) {
    const bounds = map.getBounds().pad(0.2);
    const copies = [];
    const first = Math.ceil((bounds.getWest() - lon) / TURN);
    for (let at = lon + first * TURN; at <= bounds.getEast(); at += TURN) copies.push(at);
    return copies.length ? copies : [nearest(lon, map.getCenter().lng)];
  }

  /** A longitude moved by whole turns as close as can be to another. */
  const nearest = (lon, to) => lon + TURN * Math.round((to - lon) / TURN);

  /**
   * The meridian around which lines and areas are drawn: 0, or 180 where the view lies
   * closer to that. An area that the antimeridian cuts is whole there.
   */
  const middle = () => (TURN / 2) * Math.round(map.getCenter().lng / (TURN / 2));

  /** How GeoJSON's coordinates (lon, lat) become Leaflet's, around a meridian. */
  const around = (meridian) => ([lon, lat]) => L.latLng(lat, nearest(lon, meridian));

  /** Let the reader zoom out until the whole world is in sight, and no further. */
  function limitZoom() {
    const { x } = map.getSize();
    const steps = 1 / map.options.zoomSnap;
    const least = Math.max(0, Math.floor(Math.log2(x / TILE_PX) * steps) / steps);
    if (x > 0 && least !== map.options.minZoom) map.setMinZoom(Math.min(2, least));
  }

  /** Fit an extent (degrees), at most so close that its places still stand on the ground. */
  function fit(extent, zoom = PARTING_ZOOM, animate = false) {
    const maxZoom = Math.min(zoom, PARTING_ZOOM);
    const top = map.getSize().x > PHONE_PX ? TOP_PX : TOP_OF_A_PHONE_PX;
    map.fitBounds(boundsOf(extent), { paddingTopLeft: [SIDE_PX, top],
      paddingBottomRight: [SIDE_PX, BOTTOM_PX], maxZoom, animate });
  }

  /**
   * Show the view of the address, else that of the map's maker, else the extent that is
   * filtered by, else where most of the incidents are.
   */
  function showFirst({ focus, extent }, query, made) {
    const [zoom, ...at] = page.readView() ?? [];
    if (at.length) return map.setView(at, zoom, { animate: false });
    const { lat, lon, zoom: first } = made ?? {};
    if (!query && first !== undefined) return map.setView([lat, lon], first, { animate: false });
    const box = (new URLSearchParams(query).get("bbox") ?? "").split(",").map(Number);
    if (box.length === 4) return fit(box);
    return focus ? fit(focus.extent, focus.zoom) : fit(extent);
  }

  /** Show everything, with the uncertainty of its places. */
  const showAll = ({ extent }) => fit(extent, PARTING_ZOOM, true);

  return { start, copiesOf, middle, around, limitZoom, fit, showFirst, showAll };
})();
