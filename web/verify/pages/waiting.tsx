// Screens on which the person has nothing to do.
import type { PageProps } from "../app";
import { Heading, Spinner } from "./parts";

export function Loading({ words, slow }: PageProps & { slow: boolean }) {
  return (
    <div class="centre">
      <Spinner />
      <Heading>{words.loading.title}</Heading>
      <p class="lede" role="status">
        {slow && words.loading.slow}
      </p>
    </div>
  );
}

export function Upload({ words, sent, total }: PageProps & { sent: number; total: number }) {
  const share = total ? Math.floor((sent / total) * 100) : 0;
  return (
    <div class="centre">
      <Heading>{words.upload.title}</Heading>
      <label class="sending">
        <progress max={100} value={share} />
        <span>{words.upload.done(share)}</span>
      </label>
    </div>
  );
}

export function Verifying({ words, slow }: PageProps & { slow: boolean }) {
  return (
    <div class="centre">
      <Spinner />
      <Heading>{words.verify.title}</Heading>
      <p class="lede" role="status">
        {slow ? words.verify.slow : words.verify.lede}
      </p>
    </div>
  );
}
