// The text that a person agrees to. A change of meaning is a new version, which the server names.
import type { Language } from "./index";

interface Text {
  liveness: string[];
  compare: string[];
}

const FIRST: Record<Language, Text> = {
  en: {
    liveness: [
      "The service that sent you here asks us to check that you are a person who is really there.",
      "Your camera records a few seconds of your face, without sound. A computer looks for signs of a live person and of pictures, screens and masks.",
      "The recording and pictures from it are stored encrypted, for the service that sent you here to look at, and deleted after the time that the last page states. There you can also delete them at once.",
      "You need not agree. Without your consent nothing is recorded, and the service that sent you here can offer you another way.",
    ],
    compare: [
      "The service that sent you here asks us to check that you are a person who is really there, and the one in a photo that it has given us.",
      "Your camera records a few seconds of your face, without sound. A computer looks for signs of a live person and of pictures, screens and masks, and compares your face with the photo.",
      "The recording and pictures from it are stored encrypted, for the service that sent you here to look at, and deleted after the time that the last page states. There you can also delete them at once.",
      "You need not agree. Without your consent nothing is recorded, and the service that sent you here can offer you another way.",
    ],
  },
  zh: {
    liveness: [
      "您来源的服务方委托我们确认屏幕前是真人。",
      "您的摄像头将录制数秒人脸画面，不录制声音。计算机据此判断是否为真人，以及是否为图片、屏幕或面具。",
      "录像及其画面将加密存储，供您来源的服务方查看，并在最后一页注明的时间后删除。您也可以在该页立即删除。",
      "您可以不同意。未经您同意，不会录制任何内容，您来源的服务方可为您提供其他方式。",
    ],
    compare: [
      "您来源的服务方委托我们确认屏幕前是真人，且与其提供的照片为同一人。",
      "您的摄像头将录制数秒人脸画面，不录制声音。计算机据此判断是否为真人，以及是否为图片、屏幕或面具，并将您的脸与照片比对。",
      "录像及其画面将加密存储，供您来源的服务方查看，并在最后一页注明的时间后删除。您也可以在该页立即删除。",
      "您可以不同意。未经您同意，不会录制任何内容，您来源的服务方可为您提供其他方式。",
    ],
  },
};

const VERSIONS: Record<string, Record<Language, Text>> = { "1": FIRST };

/** The paragraphs of a version; undefined for one that this build of the page does not know. */
export function consentText(
  version: string,
  language: Language,
  mode: keyof Text,
): string[] | undefined {
  return VERSIONS[version]?.[language][mode];
}
