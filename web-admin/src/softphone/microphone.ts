/** Opens the microphone that was chosen, or when that is gone the system's own. */
export async function openMicrophone(id: string): Promise<MediaStream> {
  const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  if (id !== '') {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: { ...sound, deviceId: { exact: id } } })
    } catch (e) {
      if (!(e instanceof Error) || (e.name !== 'OverconstrainedError' && e.name !== 'NotFoundError')) throw e
    }
  }
  return navigator.mediaDevices.getUserMedia({ audio: sound })
}

export const close = (stream: MediaStream | undefined) => stream?.getTracks().forEach((t) => t.stop())

export interface Devices {
  inputs: MediaDeviceInfo[]
  outputs: MediaDeviceInfo[]
}

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? []
  const named = all.filter((d) => d.deviceId !== '' && d.deviceId !== 'default' && d.deviceId !== 'communications')
  return { inputs: named.filter((d) => d.kind === 'audioinput'), outputs: named.filter((d) => d.kind === 'audiooutput') }
}

/** Plays on a device, if the browser can and the device is still there. */
export async function playOn(element: HTMLAudioElement, id: string) {
  if (element.sinkId === undefined || element.sinkId === id) return
  await element.setSinkId(id).catch(() => (id === '' ? undefined : element.setSinkId('')))
}
