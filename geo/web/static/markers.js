/*
 * Markers of one or several incidents, the discs of vague places, and their words.
 *
 * A group is what a marker stands for: `n` incidents with the categories `mix`, the
 * `look` of a single one, at `lon`, `lat`; its place has `label`, `precision`, `radius_m`
 * and is null where a group is of several places.
 */
"use strict";

window.incidentMarkers = (() => {
  const { make, pictureOf, labelOf } = window.incidentSymbols;

  /**
   * A marker that is no layer of the browser's own: Leaflet places with translate3d, and
   * a hundred layers take longer to put together than all the rest of a frame. It has a
   * name, which Leaflet gives to pictures only.
   */
  const Flat = L.Marker.extend({
    _setPos(at) {
      L.Marker.prototype._setPos.call(this, at);
      this._icon.style.transform = `translate(${at.x}px,${at.y}px)`;
    },
    _initIcon() {
      L.Marker.prototype._initIcon.call(this);
      this._icon.setAttribute("aria-label", this.options.words);
      this._icon.addEventListener("focus", () => this.options.tell());
    },
  });

  /** The categories of a marker in words: "9 Mural or graffiti, 8 Politics". */
  function mixWords({ mix }) {
    const words = [];
    for (let i = 0; i < mix.length; i += 2) words.push(`${labelOf(mix[i])} ${mix[i + 1]}`);
    return words.join(", ");
  }

  function wordsOf(group, place) {
    if (group.n === 1) return `${labelOf(group.mix[0])}. ${place.label}`;
    const where = place ? `${place.label}.` : "Several places; click to come closer.";
    return `${group.n} incidents. ${where} ${mixWords(group)}`;
  }

  /**
   * A group's marker; it stands on a stem where its place is exact, in a ring of dots
   * where nobody said how exact it is.
   */
  function markerOf(group, place, open) {
    const exact = place?.precision === "venue" || place?.precision === "street";
    const unsaid = Boolean(place) && !place.precision && !(place.radius_m > 0) && !place.area;
    const { picture, size, anchor } = pictureOf(group, { exact, unsaid });
    const icon = L.divIcon({ html: picture, className: "incident-marker", iconSize: size,
      iconAnchor: anchor, popupAnchor: [0, -size[0] / 2] });
    const words = wordsOf(group, place);
    const marker = new Flat([group.lat, group.lon],
      { icon, words, tell, keyboard: true, riseOnHover: true });
    marker.on("mouseover", tell);
    marker.on("click", open);
    marker.on("keypress", ({ originalEvent }) => {
      if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
      // The space bar would scroll the page.
      originalEvent.preventDefault();
      open();
    });
    /** Show the words; made when they are wanted first, for few of a hundred are. */
    function tell() {
      if (marker.getTooltip()) return;
      marker.bindTooltip(make("span", {}, words), { direction: "top", offset: [0, -12] })
        .openTooltip();
    }
    return marker;
  }

  /** The disc within which a vague place lies, or null for any other. */
  function discOf(group, place) {
    if (!(place?.radius_m > 0) || place.area) return null;
    return L.circle([group.lat, group.lon],
      { radius: place.radius_m, className: "vague", interactive: false });
  }

  /** How lines and areas are drawn. */
  const areaStyle = ({ precision }) =>
    ({ className: precision === "line" ? "vague line" : "vague area" });

  /** One of several points of a place; Leaflet's own marker would load a picture. */
  const spotOf = (_, at) => L.circleMarker(at, { radius: 4, interactive: false });

  /** The box of an icon at a spot, in pixels of the map. */
  function boxOf(map, spot, { iconSize, iconAnchor }) {
    const corner = map.latLngToContainerPoint(spot).subtract(iconAnchor);
    return L.bounds(corner, corner.add(iconSize));
  }

  /**
   * An extent (west, south, east, north in degrees) for Leaflet; Europe for none. One that
   * crosses the antimeridian goes on beyond 180.
   */
  function boundsOf(extent) {
    const [west, south, east, north] = extent ?? [-20, 30, 60, 62];
    return L.latLngBounds([south, west], [north, west > east ? east + 360 : east]);
  }

  return { boundsOf, boxOf, markerOf, discOf, areaStyle, spotOf };
})();
