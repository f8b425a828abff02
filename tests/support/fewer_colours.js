// Returns a picture with its 256 commonest colours; each other one becomes the nearest of them.
async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const nearest = new Map(kept.map((colour, place) => [colour, place]));
  const place = (colour) => {
    if (!nearest.has(colour)) {
      const [red, green, blue] = parts(colour);
      const far = kept.map((each) => {
        const [r, g, b] = parts(each);
        return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
      });
      nearest.set(colour, far.indexOf(Math.min(...far)));
    }
    return nearest.get(colour);
  };
  let pixels = "";
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    pixels += String.fromCharCode(place(colour));
  }
  return { width: image.width, height: image.height, colours: kept.flatMap(parts), pixels: btoa(pixels) };
}
