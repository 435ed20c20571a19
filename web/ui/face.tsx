// A picture with what the engine found drawn over it: boxes, points or mesh, and head direction.
import { useState } from "preact/hooks";
import { Icon } from "./icons";
import { NOSE_TIP, contours, dots } from "./mesh";
import type { FaceSeen, Point, Seen } from "./shapes";

/** The square part of the picture that is shown, in its pixels. */
interface View {
  x: number;
  y: number;
  side: number;
}

/** `src` is drawn upright at any size; `seen` has its pixels. */
export function FacePicture({ src, name, seen }: { src: string; name: string; seen: Seen }) {
  const main = mainFace(seen);
  const [drawn, setDrawn] = useState(true);
  const [near, setNear] = useState(seen.faces.length === 1);
  const view = near && main ? faceView(main, seen) : wholeView(seen);
  return (
    <figure class="seen">
      <div class="frame">
        <div class="stage" style={place(seen, view)}>
          <img src={src} alt={`${name}: ${describe(seen)}`} />
          {drawn && <Drawing seen={seen} />}
        </div>
      </div>
      <figcaption>
        <p class="seen-name">
          <strong>{name}</strong> {count(seen)}
        </p>
        {main && <Chips face={main} />}
        {main && (
          <div class="row">
            <button class="quiet" type="button" aria-pressed={drawn} onClick={() => setDrawn(!drawn)}>
              <Icon name="pen" /> Drawing<span class="hidden"> over {name}</span>
            </button>
            <button class="quiet" type="button" aria-pressed={near} onClick={() => setNear(!near)}>
              <Icon name="zoom" /> Close-up<span class="hidden"> of {name}</span>
            </button>
          </div>
        )}
      </figcaption>
    </figure>
  );
}

function Drawing({ seen }: { seen: Seen }) {
  return (
    <svg
      class="drawing"
      viewBox={`0 0 ${seen.width} ${seen.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {seen.faces.map((face) => (face === mainFace(seen) ? <Main face={face} /> : <Other face={face} />))}
    </svg>
  );
}

function Main({ face }: { face: FaceSeen }) {
  const corners = brackets(face.box);
  const direction = arrow(face);
  return (
    <g>
      {face.mesh ? (
        <>
          <path class="mesh" d={dots(face.mesh)} stroke-width={face.box[2] / 110} />
          <Line class="contour" d={contours(face.mesh)} />
        </>
      ) : (
        <Line class="point" d={dots(face.points)} />
      )}
      <Line class="box" d={corners} />
      {direction && <Line class="arrow" d={direction} />}
    </g>
  );
}

function Other({ face }: { face: FaceSeen }) {
  const [x, y, width, height] = face.box;
  return <Line class="other" d={`M${x} ${y}h${width}v${height}h${-width}Z`} />;
}

// Twice, dark under light, so that it can be seen on any picture.
function Line({ class: kind, d }: { class: string; d: string }) {
  return (
    <>
      <path class={`${kind} under`} d={d} />
      <path class={kind} d={d} />
    </>
  );
}

function Chips({ face }: { face: FaceSeen }) {
  const { quality, pose } = face;
  const weak = (field: string): boolean => quality?.weak.includes(field) ?? false;
  return (
    <ul class="chips" aria-label="Measured on the face">
      {quality && <Chip weak={weak("short_side")} name="Size" value={`${Math.round(quality.short_side)} px`} />}
      {quality?.sharpness != null && (
        <Chip weak={weak("sharpness")} name="Sharpness" value={quality.sharpness.toFixed(0)} />
      )}
      {quality?.luma != null && (
        <Chip weak={weak("luma")} name="Light" value={`${Math.round((quality.luma / 255) * 100)} %`} />
      )}
      {pose && <Chip weak={false} name="Head" value={heading(pose.yaw, pose.pitch, pose.roll)} />}
      <Chip weak={false} name="Detector" value={`${Math.round(face.score * 100)} %`} />
    </ul>
  );
}

function Chip({ name, value, weak }: { name: string; value: string; weak: boolean }) {
  return (
    <li class={weak ? "chip weak" : "chip"}>
      {weak && <Icon name="warn" />}
      <span>{name}</span> <b>{value}</b>
      {weak && <span> weak</span>}
    </li>
  );
}

export function mainFace(seen: Seen): FaceSeen | undefined {
  return seen.faces.find((face) => face.main) ?? seen.faces[0];
}

function count(seen: Seen): string {
  if (seen.faces.length === 0) return "no face found";
  if (seen.faces.length === 1) return "one face found";
  return `${seen.faces.length} faces found, the marked one is used`;
}

function describe(seen: Seen): string {
  const main = mainFace(seen);
  if (!main) return "no face found";
  const middle = (main.box[0] + main.box[2] / 2) / seen.width;
  const side = middle < 0.4 ? "left of the middle" : middle > 0.6 ? "right of the middle" : "in the middle";
  const share = Math.max(1, Math.round((main.box[2] / seen.width) * 100));
  const turned = main.pose
    ? `, head ${heading(main.pose.yaw, main.pose.pitch, main.pose.roll)}`
    : "";
  return `${count(seen)}, ${side}, ${share} % of the picture's width${turned}`;
}

/** Within 5 degrees counts as straight: nobody would see it. */
function heading(yaw: number, pitch: number, roll: number): string {
  const parts = [];
  if (Math.abs(yaw) >= 5) parts.push(`${degrees(yaw)} to their ${yaw > 0 ? "left" : "right"}`);
  if (Math.abs(pitch) >= 5) parts.push(`${degrees(pitch)} ${pitch > 0 ? "down" : "up"}`);
  if (Math.abs(roll) >= 5) parts.push(`tilted ${degrees(roll)}`);
  return parts.join(", ") || "straight";
}

function degrees(value: number): string {
  return `${Math.round(Math.abs(value))}°`;
}

function brackets([x, y, width, height]: FaceSeen["box"]): string {
  const arm = Math.min(width, height) * 0.18;
  const right = x + width;
  const bottom = y + height;
  return (
    `M${x} ${y + arm}V${y}H${x + arm}M${right - arm} ${y}H${right}V${y + arm}` +
    `M${right} ${bottom - arm}V${bottom}H${right - arm}M${x + arm} ${bottom}H${x}V${bottom - arm}`
  );
}

// The way the nose points, seen from the front: a face that looks straight has none to draw.
function arrow(face: FaceSeen): string | null {
  const base: Point | undefined = face.mesh?.[NOSE_TIP] ?? face.points[2];
  if (!face.pose || !base) return null;
  const reach = face.box[2] * 0.9;
  const dx = Math.sin((face.pose.yaw * Math.PI) / 180) * reach;
  const dy = Math.sin((face.pose.pitch * Math.PI) / 180) * reach;
  const length = Math.hypot(dx, dy);
  if (length < reach * 0.15) return null;
  const barb = reach * 0.06;
  const turn = Math.atan2(dy, dx);
  const [x, y] = [base[0] + dx, base[1] + dy];
  const end = (angle: number): string =>
    `M${x} ${y}L${x - barb * Math.cos(turn + angle)} ${y - barb * Math.sin(turn + angle)}`;
  return `M${base[0]} ${base[1]}L${x} ${y}${end(0.6)}${end(-0.6)}`;
}

// The smallest square window that holds the whole picture.
function wholeView(seen: Seen): View {
  const side = Math.max(seen.width, seen.height);
  return { x: (seen.width - side) / 2, y: (seen.height - side) / 2, side };
}

function faceView(face: FaceSeen, seen: Seen): View {
  const [x, y, width, height] = face.box;
  const side = Math.min(wholeView(seen).side, Math.max(width, height) * 1.7);
  return {
    x: clamp(x + width / 2 - side / 2, seen.width - side),
    y: clamp(y + height / 2 - side / 2, seen.height - side),
    side,
  };
}

function clamp(value: number, most: number): number {
  return most < 0 ? most / 2 : Math.min(Math.max(value, 0), most);
}

function place(seen: Seen, view: View) {
  return {
    width: `${(seen.width / view.side) * 100}%`,
    height: `${(seen.height / view.side) * 100}%`,
    left: `${(-view.x / view.side) * 100}%`,
    top: `${(-view.y / view.side) * 100}%`,
  };
}
