import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { PublishImage } from "../../../src/platforms/publication.ts";
import type { Teardown } from "../database.ts";

/** Where platforms fetch a bench's pictures, as they would from this server. */
export interface MediaHost {
  /** The same picture at an address that answers. */
  shown(image: PublishImage): PublishImage;
}

/** Starts one; it ends with the test. */
export async function mediaHost(t: Teardown): Promise<MediaHost> {
  const images: PublishImage[] = [];
  const server = createServer((request, response) => {
    const image = images[Number(request.url?.slice(1))];
    if (image === undefined) return void response.writeHead(404).end();
    image.read().then(
      (bytes) => response.writeHead(200, { "content-type": image.mime }).end(bytes),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    shown: (image) => ({ ...image, url: `http://127.0.0.1:${port}/${images.push(image) - 1}` }),
  };
}
