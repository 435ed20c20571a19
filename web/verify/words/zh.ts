// Simplified Chinese.
import type { Words } from "./en";

export const zh: Words = {
  title: "人脸核验",
  otherLanguage: "English",
  leave: "退出核验",
  back: "返回",
  again: "重试",
  offline: "网络已断开，恢复后将自动继续。",

  loading: { title: "请稍候", slow: "网络较慢，仍在尝试连接。" },

  start: {
    title: "确认是您本人",
    lede: {
      liveness: "我们将录制一段简短的人脸视频，以确认屏幕前是真人。",
      compare: "我们将录制一段简短的人脸视频，以确认屏幕前是真人，且与所提供照片为同一人。",
    },
    tips: {
      light: "面向窗户或灯光",
      bare: "不戴口罩、帽子或墨镜",
      upright: "竖直握持手机，与眼睛齐平",
    },
    time: "大约需要 20 秒。屏幕不会闪烁，也不录制声音。",
    go: "开始",
  },

  consent: {
    title: "您的同意",
    tick: "我同意按上述说明录制并核验我的人脸视频。",
    needed: "请勾选后继续，或选择拒绝。",
    go: "同意并继续",
    decline: "拒绝",
    version: (version) => `本文本版本：${version}`,
  },

  primer: {
    title: "接下来将使用摄像头",
    lede: "浏览器将询问是否允许本页面使用摄像头，请选择“允许”。",
    promise: "只使用画面，且仅用于本次核验。",
    go: "打开摄像头",
    asking: "正在等待摄像头。如浏览器询问，请选择“允许”。",
  },

  camera: {
    denied: {
      title: "摄像头未获允许",
      lede: "本页面无法使用摄像头。请允许后重试。",
      steps: ["点按地址栏左侧的图标（iPhone 上为“大小”）。", "将摄像头设为“允许”。", "回到本页面重试。"],
      framed: "如果本页面嵌在其他页面中，请在单独的窗口中打开链接。",
    },
    none: { title: "未找到摄像头", lede: "请连接摄像头后重试，或在手机上打开此链接。" },
    busy: { title: "摄像头未能启动", lede: "可能正被其他应用或标签页使用。请将其关闭后重试。" },
    small: { title: "摄像头画面过小", lede: "请换用其他摄像头，或在手机上打开此链接。" },
  },

  frame: {
    title: "请将脸置于椭圆框内",
    preview: "摄像头的镜像画面",
    looking: "请正视摄像头。",
    centre: "请将脸移到椭圆框中央。",
    good: "很好，请保持不动。",
    interrupted: "录制被中断，将重新开始。",
    record: "立即录制",
    timeLeft: (seconds) => `剩余 ${seconds} 秒`,
  },

  record: {
    title: "正在录制",
    say: "请保持不动，注视摄像头。",
    half: "已完成一半。",
    left: (seconds) => `${seconds} 秒`,
  },

  upload: {
    title: "正在发送视频",
    done: (share) => `已发送 ${share}%`,
    offline: "网络已断开。视频仍在本机，恢复后将继续发送。",
  },

  verify: {
    title: "正在核验",
    lede: "需要几秒钟。",
    slow: "仍在核验。请保持页面打开，无需其他操作。",
  },

  retry: {
    title: "请再试一次",
    left: (n) => `您还可以尝试 ${n} 次。`,
    wait: (seconds) => `${seconds} 秒后可重试。`,
    go: "重试",
  },

  passed: { title: "已完成", lede: "核验已完成，谢谢。" },
  failed: {
    title: "未能完成核验",
    lede: "原因可能有多种。请向您来源的服务方咨询其他方式。",
  },
  left: { title: "您已退出核验", lede: "未作出任何判定。如需其他方式，请咨询您来源的服务方。" },
  declined: {
    title: "您已拒绝",
    lede: "未录制任何视频。请向您来源的服务方咨询其他身份核验方式。",
  },
  timed_out: {
    title: "时间已到",
    lede: "核验未能及时完成。请返回您来源的服务方获取新的链接。",
  },
  goOn: "继续",

  leaving: {
    title: "要退出核验吗？",
    lede: "退出后此链接将无法再次使用。",
    go: "是，退出",
    stay: "否，继续",
  },

  kept: {
    title: "保留了什么",
    nothing: "没有存储您的任何资料。",
    deleted: "已删除。不再存储您的任何资料。",
    until: (day) => `保留至 ${day}：`,
    item: (kind, size) => `${kind}，${size}`,
    records: (day) => `本次核验发生过及其结果将保留至 ${day}，其中不含您的影像或姓名。`,
    kinds: {
      video: "视频录像",
      frame: "录像中的画面",
      card: "证件图片",
      text: "随链接提供的信息",
      package: "核验的技术记录",
      upload: "所提供的照片",
    },
    erase: "立即删除",
    sure: "要删除以上全部内容吗？删除后，您来源的服务方将无法再查看。",
    yes: "是，删除",
    no: "保留",
    failed: "暂时无法删除，请重试。",
  },

  unsupported: {
    title: "此浏览器无法进行核验",
    insecure: "摄像头仅能在安全页面上使用。请使用 https 打开链接。",
    camera: "它不向网页提供摄像头。请用 Chrome、Safari 或 Firefox 打开链接，或换用其他设备。",
    recorder: "它无法录制视频。请用 Chrome、Safari 或 Firefox 打开链接，或换用其他设备。",
    copy: "复制链接",
    copied: "已复制。请粘贴到其他浏览器中打开。",
    uncopied: "请复制此链接：",
  },
  unavailable: {
    title: "此链接无法使用",
    lede: "它可能已完成、已过期或不完整。请返回您来源的服务方获取新的链接。",
  },
  unreachable: { title: "无法连接到服务", lede: "请检查网络连接后重试。没有丢失任何内容。" },
  broken: { title: "我们这边出了问题", lede: "请稍后重试。" },
  in_use: {
    title: "核验正在另一台设备上进行",
    lede: "如果在此继续，那边将结束。",
    go: "在此继续",
  },
  taken_over: {
    title: "核验已在别处继续",
    lede: "另一台设备或窗口已接管。您可以关闭此页面。",
    go: "改在此处继续",
  },
  outdated: { title: "此页面已过时", lede: "请重新载入以查看当前文本。", go: "重新载入" },
};
