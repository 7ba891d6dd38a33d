// A shop in one page: everything after the first page is a call of its API.
const main = document.querySelector("main");
let csrf, bearer, cart;

async function api(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (bearer) headers.Authorization = "Bearer " + bearer;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(method + " " + path + ": " + answer.status);
  return answer.status === 204 ? null : answer.json();
}

function show(html, actions) {
  main.innerHTML = html;
  for (const [selector, act] of Object.entries(actions || {})) {
    main.querySelector(selector).addEventListener(act.on || "click", (event) => {
      event.preventDefault();
      act(event.target).catch((error) => show(`<p class="error">${error.message}</p>`));
    });
  }
}

const submitted = (act) => Object.assign(act, { on: "submit" });

function logIn() {
  show(`<form><input name="email"><input name="password" type="password"><button>Log in</button></form>`, {
    form: submitted(async (form) => {
      const session = await api("POST", "/api/login", { email: form.email.value, password: form.password.value });
      bearer = session.access_token;
      search();
    }),
  });
}

function search() {
  show(`<form><input name="q"><button>Search</button></form>`, {
    form: submitted(async (form) => {
      const found = await api("GET", "/api/products?q=" + encodeURIComponent(form.q.value));
      cart = await api("POST", "/api/carts", { currency: "EUR" });
      product(found.items[0]);
    }),
  });
}

function product(item) {
  show(`<h1>${item.name}</h1><button id="add">Add to cart</button>`, {
    "#add": async () => {
      await api("PUT", `/api/carts/${cart.id}/items/${item.id}`, { quantity: 1 });
      show(`<button id="pay">Pay</button>`, { "#pay": pay });
    },
  });
}

async function pay() {
  const placed = await api("POST", "/api/orders", { cart: cart.id, payment: "invoice" });
  const order = await api("GET", `/api/orders/${placed.order.id}`);
  show(`<p id="state">${order.state}</p><button id="cancel">Cancel the order</button>`, {
    "#cancel": async () => {
      await api("DELETE", `/api/orders/${placed.order.id}`);
      show(`<p id="gone">cancelled</p>`);
    },
  });
}

csrf = (await api("GET", "/api/session")).csrf;
logIn();
