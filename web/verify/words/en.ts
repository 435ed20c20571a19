// English, from which the type of every language is taken: a key that one lacks fails the check.
export const en = {
  title: "Face check",
  otherLanguage: "中文",
  leave: "Leave the check",
  back: "Go back",
  again: "Try again",
  offline: "You are offline. We go on as soon as the connection is back.",

  loading: { title: "One moment", slow: "The connection is slow. We are still trying." },

  start: {
    title: "Show that it is you",
    lede: {
      liveness: "We record a short video of your face to check that you are a person who is really there.",
      compare: "We record a short video of your face to check that you are really there, and the person whose photo we were given.",
    },
    tips: {
      light: "Face a window or a lamp",
      bare: "No mask, hat or dark glasses",
      upright: "Hold the phone upright, at eye level",
    },
    time: "It takes about 20 seconds. Nothing flashes and no sound is recorded.",
    go: "Start",
  },

  consent: {
    title: "Your consent",
    tick: "I agree that a video of my face is recorded and checked as described.",
    needed: "Tick the box to go on, or decline.",
    go: "Agree and go on",
    decline: "Decline",
    version: (version: string) => `Version ${version} of this text`,
  },

  primer: {
    title: "The camera comes next",
    lede: "Your browser is about to ask whether this page may use the camera. Choose “Allow”.",
    promise: "Only the picture is used, and only for this check.",
    go: "Turn on the camera",
    asking: "Waiting for the camera. If your browser asks, choose “Allow”.",
  },

  camera: {
    denied: {
      title: "The camera is not allowed",
      lede: "This page may not use the camera. Allow it, then try again.",
      steps: [
        "Press the icon to the left of the address, or “aA” on an iPhone.",
        "Set the camera to “Allow”.",
        "Come back here and try again.",
      ],
      framed: "If this page is part of another one, open the link in a window of its own.",
    },
    none: {
      title: "No camera was found",
      lede: "Connect a camera and try again, or open this link on a phone.",
    },
    busy: {
      title: "The camera did not start",
      lede: "Another app or tab may be using it. Close that one, then try again.",
    },
    small: {
      title: "This camera’s picture is too small",
      lede: "Choose another camera, or open this link on a phone.",
    },
  },

  frame: {
    title: "Put your face in the oval",
    preview: "Mirror picture of the camera",
    looking: "Look straight at the camera.",
    centre: "Centre your face in the oval.",
    good: "Good. Hold still.",
    interrupted: "The recording was interrupted, so it starts again.",
    record: "Record now",
    timeLeft: (seconds: number) => `${seconds} seconds left`,
  },

  record: {
    title: "Recording",
    say: "Hold still and look at the camera.",
    half: "Half done.",
    left: (seconds: number) => `${seconds} s`,
  },

  upload: {
    title: "Sending the video",
    done: (share: number) => `${share} % sent`,
    offline: "The connection is gone. Your video is still here and is sent on when it is back.",
  },

  verify: {
    title: "Checking",
    lede: "This takes a few seconds.",
    slow: "Still checking. You can leave this page open; nothing more is needed from you.",
  },

  retry: {
    title: "Let us try once more",
    left: (n: number) => (n === 1 ? "You have 1 attempt left." : `You have ${n} attempts left.`),
    wait: (seconds: number) => `You can try again in ${seconds} s.`,
    go: "Try again",
  },

  passed: {
    title: "Done",
    lede: "The check is complete. Thank you.",
  },
  failed: {
    title: "We could not complete the check",
    lede: "This can have many causes. The service that sent you here can offer another way.",
  },
  left: {
    title: "You left the check",
    lede: "Nothing was decided. To check another way, ask the service that sent you here.",
  },
  declined: {
    title: "You declined",
    lede: "No video was recorded. Ask the service that sent you here for another way to identify yourself.",
  },
  timed_out: {
    title: "Time is up",
    lede: "The check was not finished in time. Go back to the service that sent you here for a new link.",
  },
  goOn: "Continue",

  leaving: {
    title: "Leave the check?",
    lede: "This link cannot be used again afterwards.",
    go: "Yes, leave",
    stay: "No, go on",
  },

  kept: {
    title: "What was kept",
    nothing: "Nothing of you is stored.",
    deleted: "Deleted. Nothing of you is stored any more.",
    until: (day: string) => `Until ${day}:`,
    item: (kind: string, size: string) => `${kind}, ${size}`,
    records: (day: string) =>
      `That the check took place and how it ended is kept until ${day}. It neither shows nor names you.`,
    kinds: {
      video: "Video recording",
      frame: "Pictures from the recording",
      card: "Picture of a document",
      text: "Information that came with the link",
      package: "Technical record of the check",
      upload: "Photo that was provided",
    } as Record<string, string>,
    erase: "Delete it now",
    sure: "Delete everything listed here? The service that sent you here can then no longer see it.",
    yes: "Yes, delete",
    no: "Keep it",
    failed: "It could not be deleted just now. Try again.",
  },

  unsupported: {
    title: "This browser cannot do the check",
    insecure: "Cameras work only on secure pages. Open the link with https.",
    camera: "It offers no camera to web pages. Open the link in Chrome, Safari or Firefox, or on another device.",
    recorder: "It cannot record video. Open the link in Chrome, Safari or Firefox, or on another device.",
    copy: "Copy the link",
    copied: "Copied. Paste it into another browser.",
    uncopied: "Copy this link:",
  },
  unavailable: {
    title: "This link cannot be used",
    lede: "It may be finished, expired or incomplete. Go back to the service that sent you here for a new one.",
  },
  unreachable: {
    title: "No connection to the service",
    lede: "Check your internet connection, then try again. Nothing was lost.",
  },
  broken: {
    title: "Something went wrong on our side",
    lede: "Try again in a moment.",
  },
  in_use: {
    title: "This check is open on another device",
    lede: "If you go on here, it ends there.",
    go: "Continue here",
  },
  taken_over: {
    title: "The check goes on elsewhere",
    lede: "Another device or window has taken it over. You can close this one.",
    go: "Continue here instead",
  },
  outdated: {
    title: "This page is out of date",
    lede: "Load it again to see the present text.",
    go: "Load again",
  },
};

export type Words = typeof en;
