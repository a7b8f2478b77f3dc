window.addEventListener("load", () => {
  const place = document.getElementById("swagger-ui");
  const ui = SwaggerUIBundle({
    url: "/openapi/v1.json",
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    // Of a long list the page draws what is in sight alone; this finds the rest.
    filter: true,
    presets: [SwaggerUIBundle.presets.apis],
    oauth2RedirectUrl: new URL("/swagger/oauth2-redirect.html", window.location.href).href,
  });
  ui.initOAuth({ clientId: place.dataset.client, usePkceWithAuthorizationCodeGrant: true, scopes: "read write" });
});
