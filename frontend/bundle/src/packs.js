
// The modules of lazy functions come in packs, modules whose custom sections hold them.
const packs = new Map();
const instances = new Map();

// Makes a thing once for each key; what has failed is made anew.
function once(made, key, make) {
    if (!made.has(key)) {
        made.set(key, make());
        made.get(key).catch(() => made.delete(key));
    }
    return made.get(key);
}

async function compiled(address) {
    const answer = await fetch(address);
    if (answer.status === 404) {
        startAnew();
    }
    if (!answer.ok) {
        throw new Error(`${address.pathname}: ${answer.status}`);
    }
    return WebAssembly.compileStreaming(answer);
}

// What is gone was another Drover's than the one that answers now; the page is loaded anew, at most once a minute.
function startAnew() {
    const last = Number(sessionStorage.getItem("drover-started-anew"));
    if (Date.now() - last > 60000) {
        sessionStorage.setItem("drover-started-anew", String(Date.now()));
        location.reload();
    }
}

function instance(name, within) {
    const [code] = WebAssembly.Module.customSections(within, name);
    return WebAssembly.instantiate(code, getSharedImports());
}

async function open([address, names]) {
    const within = await once(packs, address.href, () => compiled(address));
    await Promise.all(names.map((name) => once(instances, name, () => instance(name, within))));
}

// Takes the addresses of packs, each with the names of the modules that are needed of it. A lazy function that fails
// takes the whole page with it, so what can't be had is asked for until it can.
function loader(needed) {
    return async (callback, data) => {
        for (let pause = 500; ; pause = Math.min(2 * pause, 8000)) {
            try {
                await Promise.all(needed.map(open));
                break;
            } catch (error) {
                console.warn(error);
            }
            await new Promise((resolve) => setTimeout(resolve, pause));
        }
        getSharedImports().__wasm_split.__indirect_function_table.get(callback)(data, true);
    };
}

