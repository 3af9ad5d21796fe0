/** Asks this browser to be told by push, and hands its address to the program; null when that is done. */
export async function subscribeBrowser(
  public_key: string,
): Promise<'denied' | 'unsupported' | 'failed' | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return 'unsupported';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  try {
    await navigator.serviceWorker.register('/push-worker.js');
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: public_key,
    });
    const { endpoint, keys } = subscription.toJSON();
    const response = await fetch('/api/v1/push', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ endpoint, keys }),
    });
    return response.ok ? null : 'failed';
  } catch {
    // No push service could be reached, or the browser has none.
    return 'failed';
  }
}
