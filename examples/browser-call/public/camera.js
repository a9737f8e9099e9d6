/**
 * The camera; without one, or without permission, a drawn picture. No sound: two tabs beside each other would howl.
 * @returns {Promise<MediaStream>}
 */
export async function openCamera() {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  } catch {
    return drawPicture();
  }
}

function drawPicture() {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext('2d');
  const hue = Math.floor(Math.random() * 360);
  // A timer and not an animation frame: the tab that is not in front has to send, too.
  setInterval(() => {
    const now = new Date();
    context.fillStyle = `hsl(${hue} 45% 28%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const turn = ((now.getTime() % 4000) / 4000) * 2 * Math.PI;
    context.fillStyle = `hsl(${hue} 70% 65%)`;
    context.beginPath();
    context.arc(320 + 170 * Math.cos(turn), 240 + 120 * Math.sin(turn), 26, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = '#ffffff';
    context.font = '600 56px system-ui, sans-serif';
    context.textAlign = 'center';
    context.fillText(now.toLocaleTimeString(), 320, 258);
  }, 66);
  return canvas.captureStream(15);
}
