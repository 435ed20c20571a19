// Screens that say what is in the way, and what the person can do about it.
import { useState } from "preact/hooks";
import type { PageProps } from "../app";
import { isFramed, type Lack } from "../probe";
import type { CameraFault } from "../screens";
import { Drawing } from "./drawings";
import { Heading } from "./parts";

interface MessageProps {
  of: { title: string; lede: string };
  go?: string;
  onGo?: () => void;
}

export function Message({ of, go, onGo }: MessageProps) {
  return (
    <>
      <Heading>{of.title}</Heading>
      <p class="lede">{of.lede}</p>
      {go && (
        <button class="primary large wide" type="button" onClick={onGo}>
          {go}
        </button>
      )}
    </>
  );
}

export function NoCamera({ flow, words, why }: PageProps & { why: CameraFault }) {
  const told = words.camera[why];
  return (
    <>
      <Drawing of="camera" />
      <Heading>{told.title}</Heading>
      <p class="lede">{told.lede}</p>
      {"steps" in told && (
        <ol class="steps">
          {told.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {"framed" in told && isFramed() && <p class="soft">{told.framed}</p>}
      <button class="primary large wide" type="button" onClick={() => void flow.film()}>
        {words.again}
      </button>
    </>
  );
}

export function Unsupported({ words, why }: PageProps & { why: Lack }) {
  const { unsupported } = words;
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setCopied(true);
    } catch {
      setCopied(false); // an insecure page may not write there: show the address instead
    }
  };
  return (
    <>
      <Heading>{unsupported.title}</Heading>
      <p class="lede">{unsupported[why]}</p>
      <button class="primary large wide" type="button" onClick={() => void copy()}>
        {unsupported.copy}
      </button>
      <p class="soft" role="status">
        {copied === true && unsupported.copied}
        {copied === false && unsupported.uncopied}
      </p>
      {copied === false && <p class="address">{location.href}</p>}
    </>
  );
}
