// One picture or clip to be chosen: by file, by drop, or by camera.
import { useRef, useState } from "preact/hooks";
import { Capture } from "../ui/capture";
import { Icon } from "../ui/icons";
import { type Media, MediaError, prepareClip, preparePhoto } from "../ui/photo";

interface Props {
  id: string;
  title: string;
  hint: string;
  kind: "photo" | "clip";
  media: Media | null;
  onMedia: (media: Media) => void;
}

/** `id` also names the choose button, `${id}-choose`, for whoever wants to send the focus there. */
export function Slot({ id, title, hint, kind, media, onMedia }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [camera, setCamera] = useState(false);
  const [fault, setFault] = useState("");
  const [over, setOver] = useState(false);
  const noun = kind === "photo" ? "photo" : "video";

  const take = async (file: Blob | undefined): Promise<void> => {
    if (!file) return;
    try {
      const made = kind === "photo" ? await preparePhoto(file) : prepareClip(file);
      setFault("");
      onMedia(made);
    } catch (error) {
      setFault(error instanceof MediaError ? error.message : `This ${noun} cannot be used.`);
    }
  };

  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer?.files[0]);
  };

  return (
    <section
      class={over ? "slot over" : "slot"}
      aria-labelledby={`${id}-title`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <div class={media ? "well" : "well empty"}>
        {!media && (
          <>
            <Outline kind={kind} />
            <span class="drop-hint">Drop a {noun} here</span>
          </>
        )}
        {media && kind === "photo" && <img src={media.url} alt={`${title}, as chosen`} />}
        {media && kind === "clip" && (
          <video src={media.url} aria-label={`${title}, as chosen`} controls muted playsInline />
        )}
      </div>
      <p class="slot-note" id={`${id}-note`}>
        {media ? `Ready: ${media.note}` : hint}
      </p>
      <p class="fault" role="alert" hidden={!fault}>
        {fault}
      </p>
      <div class="row">
        <button
          id={`${id}-choose`}
          type="button"
          aria-describedby={`${id}-note`}
          onClick={() => input.current?.click()}
        >
          <Icon name="file" />
          {media ? "Choose another" : `Choose a ${noun}`}
          <span class="hidden">({title})</span>
        </button>
        <button type="button" onClick={() => setCamera(true)}>
          <Icon name="camera" />
          {kind === "photo" ? "Use the camera" : "Record 3 seconds"}
          <span class="hidden">({title})</span>
        </button>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        id={`${id}-file`}
        accept={kind === "photo" ? "image/*" : "video/*"}
        aria-label={title}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
      {camera && (
        <Capture
          kind={kind}
          onTaken={(blob) => void take(blob)}
          onClose={() => setCamera(false)}
          onFile={() => input.current?.click()}
        />
      )}
    </section>
  );
}

function Outline({ kind }: { kind: "photo" | "clip" }) {
  return (
    <svg class="outline" viewBox="0 0 120 120" aria-hidden="true" focusable="false">
      <ellipse cx="60" cy="50" rx="21" ry="28" />
      <path d="M22 112c3-20 19-27 38-27s35 7 38 27" />
      {kind === "clip" && <path class="play" d="M52 40l18 10.5L52 61z" />}
    </svg>
  );
}
